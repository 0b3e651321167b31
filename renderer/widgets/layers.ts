/** What floats above the view, as a stack: Esc closes the top one only, and the focus goes back to where it was. */

interface Layer {
  close: () => void;
}
const stack: Layer[] = [];

function onkeydown(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
  const top = stack.at(-1);
  if (!top) return;
  event.preventDefault();
  top.close();
}

/** Puts a layer on top until the function it gives back is called. */
export function pushLayer(close: () => void): () => void {
  const layer = { close };
  const before = document.activeElement;
  if (stack.length === 0) window.addEventListener('keydown', onkeydown);
  stack.push(layer);
  return () => {
    const at = stack.indexOf(layer);
    if (at >= 0) stack.splice(at, 1);
    if (stack.length === 0) window.removeEventListener('keydown', onkeydown);
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (lost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}

/** Whether something floats: single-letter shortcuts then keep still. */
export const layersOpen = (): boolean => stack.length > 0;
