/** The tabs of a run, in order. */
export const runTabs = ['live', 'config', 'evaluation', 'checkpoints', 'notes'] as const;
export type RunTab = (typeof runTabs)[number];
export const tabLabels: Record<RunTab, string> = {
  live: 'Live',
  config: 'Config',
  evaluation: 'Evaluation',
  checkpoints: 'Checkpoints',
  notes: 'Notes',
};
