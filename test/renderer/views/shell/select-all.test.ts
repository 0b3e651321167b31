import { afterEach, beforeEach, expect, it } from 'vitest';
import { selectAll } from '#renderer/views/shell/select-all';

const press = (target: Element, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
beforeEach(() => {
  document.body.innerHTML = '<h1>Runs</h1><div class="log" tabindex="0"><p>step 1</p></div><input>';
  getSelection()?.removeAllRanges();
  addEventListener('keydown', selectAll);
});
afterEach(() => removeEventListener('keydown', selectAll));

it('Ctrl A on the window selects nothing of it', () => {
  expect(press(document.body).defaultPrevented).toBe(true);
  expect(String(getSelection())).toBe('');
});

it('Ctrl A in a text that is read selects that text', () => {
  press(document.querySelector('.log')!);
  expect(String(getSelection())).toBe('step 1');
});

it('a field keeps its own Ctrl A, and other keys are left alone', () => {
  expect(press(document.querySelector('input')!).defaultPrevented).toBe(false);
  expect(press(document.body, { shiftKey: true }).defaultPrevented).toBe(false);
  expect(press(document.body, { key: 'b' }).defaultPrevented).toBe(false);
});
