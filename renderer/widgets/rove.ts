/** Arrow keys within one tab stop: for segments, tabs, menus and lists. */

/**
 * Makes the arrow keys, Home and End move the focus among the elements that match. `press`: what gets the focus is also
 * chosen, as with radio buttons and tabs.
 */
export function rove(selector: string, press = false) {
  return (host: HTMLElement): (() => void) => {
    const onkeydown = (event: KeyboardEvent): void => {
      const all = [...host.querySelectorAll<HTMLElement>(selector)];
      const next = nextIndex(event.key, all.indexOf(document.activeElement as HTMLElement), all.length);
      if (next === undefined) return;
      event.preventDefault();
      all[next]?.focus();
      if (press) all[next]?.click();
    };
    host.addEventListener('keydown', onkeydown);
    return () => host.removeEventListener('keydown', onkeydown);
  };
}

/** Where a key leads from `now` among `length` places, around the ends; undefined for every other key. */
export function nextIndex(key: string, now: number, length: number): number | undefined {
  if (length === 0) return undefined;
  if (key === 'ArrowRight' || key === 'ArrowDown') return (now + 1) % length;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (now <= 0 ? length : now) - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  return undefined;
}
