/** Where a key leads in a list that stops at its ends. */
export function keyStep(key: string, now: number, length: number, page: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: now + 1,
    ArrowUp: now - 1,
    PageDown: now + page,
    PageUp: now - page,
    Home: 0,
    End: length - 1,
  };
  const to = steps[key];
  return to === undefined || length === 0 ? undefined : Math.max(0, Math.min(length - 1, to));
}

/** What the keys do while the table of runs has the focus. */
export const tableKeys = [
  { keys: ['Space'], label: 'Compare the run' },
  { keys: ['Shift Up', 'Shift Down'], label: 'Compare a range' },
  { keys: ['Ctrl A'], label: 'Compare all' },
  { keys: ['Enter'], label: 'Open the run' },
  { keys: ['Shift F10'], label: 'What to do with it' },
] as const;
