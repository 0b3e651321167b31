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
