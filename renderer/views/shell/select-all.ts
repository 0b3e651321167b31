/** Ctrl A outside of a field: all of the text one is reading (a log, a listing), never the whole window. */
import { takesText } from '#renderer/state/keys';

const readable = '.copy, .log, pre';

export function selectAll(event: KeyboardEvent): void {
  const asked = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'a';
  if (!asked || event.defaultPrevented || takesText(event.target)) return;
  event.preventDefault();
  const selection = getSelection();
  const begun = selection?.anchorNode?.parentElement ?? null;
  const under = event.target instanceof Element ? event.target : null;
  const text = under?.closest(readable) ?? begun?.closest(readable);
  if (text) selection?.selectAllChildren(text);
}
