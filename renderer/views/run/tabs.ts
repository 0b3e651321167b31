/** The tabs of a run, in order. */
export const runTabs = ['live', 'health', 'config', 'evaluation', 'checkpoints', 'notes'] as const;
export type RunTab = (typeof runTabs)[number];
export const tabLabels: Record<RunTab, string> = {
  live: 'Live',
  health: 'Health',
  config: 'Config',
  evaluation: 'Evaluation',
  checkpoints: 'Checkpoints',
  notes: 'Notes',
};
