/** Keys as words: reading an event, and matching sequences such as "G H". */

/** `Ctrl K`, `Shift P`, `?`, `G`: modifiers first. ⌘ counts as Ctrl on a Mac. */
export function keyWord(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const printable = event.key.length === 1;
  const key = printable ? event.key.toUpperCase() : event.key.replace('Arrow', '');
  const letter = /^[A-Z]$/.test(key);
  return [
    (event.ctrlKey || event.metaKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && (letter || !printable) && 'Shift',
    key === ' ' ? 'Space' : key,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Whether the keys need a modifier or a named key; those without can be turned off. */
export const isSingle = (keys: string): boolean => !/^(Ctrl|Alt)\b/.test(keys) && !/^(F\d+|Escape)$/.test(keys);

/** Whether what has the focus takes letters itself. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type);
}
