/** Controls as a user works them: by key, by click, by what a screen reader is told. */
import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import Checkbox from '#renderer/widgets/Checkbox.svelte';
import NumberField from '#renderer/widgets/NumberField.svelte';
import Segment from '#renderer/widgets/Segment.svelte';
import Tabs from '#renderer/widgets/Tabs.svelte';
import Toggle from '#renderer/widgets/Toggle.svelte';
import VirtualList from '#renderer/widgets/VirtualList.svelte';

let shown: Record<string, unknown> | undefined;
// biome-ignore lint/suspicious/noExplicitAny: any component, with whatever props it takes
function show(component: any, props: Record<string, unknown>): HTMLElement {
  shown = mount(component, { target: document.body, props });
  flushSync();
  return document.body;
}
afterEach(() => {
  if (shown) void unmount(shown);
  document.body.replaceChildren();
});
const press = (element: Element, key: string, more: KeyboardEventInit = {}) => {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  flushSync();
};
const one = (selector: string) => document.querySelector<HTMLElement>(selector)!;

it('a number field steps by ↑ and ↓, and by ten with Shift', () => {
  const onchange = vi.fn();
  show(NumberField, { value: 128, label: 'Codes', min: 2, max: 512, integer: true, onchange });
  press(one('input'), 'ArrowUp');
  press(one('input'), 'ArrowDown', { shiftKey: true });
  expect(onchange.mock.calls.flat()).toEqual([129, 119]);
});

it('a number field tells what must hold, and keeps the last good value', () => {
  const onchange = vi.fn();
  show(NumberField, { value: 128, label: 'Codebook size', min: 2, onchange });
  const input = one('input') as HTMLInputElement;
  input.value = '-1';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  expect(document.body.textContent).toContain('Codebook size must be 2 or more');
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(onchange).not.toHaveBeenCalled();
});

it('a segment is one tab stop, and arrow keys choose', () => {
  const onchange = vi.fn();
  const options = [
    { value: 'linear', label: 'Linear' },
    { value: 'log', label: 'Log' },
  ];
  show(Segment, { value: 'linear', options, label: 'Scale', onchange });
  expect(document.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  one('[aria-checked="true"]').focus();
  press(one('[aria-checked="true"]'), 'ArrowRight');
  expect(onchange).toHaveBeenCalledExactlyOnceWith('log');
  expect(one('[aria-checked="true"]').textContent).toContain('Log');
});

it('tabs say which is open', () => {
  show(Tabs, {
    value: 'b',
    tabs: [
      { id: 'a', label: 'A' },
      { id: 'b', label: 'B', count: 3 },
    ],
    label: 'Parts',
  });
  expect(one('[aria-selected="true"]').textContent).toMatch(/B\s*3/);
});

it('a switch switches, a mixed box becomes ticked', () => {
  const flips = vi.fn();
  show(Toggle, { checked: false, label: 'Only differences', onchange: flips });
  one('[role="switch"]').click();
  flushSync();
  expect(flips).toHaveBeenCalledWith(true);
  expect(one('[role="switch"]').getAttribute('aria-checked')).toBe('true');
  void unmount(shown!);
  const ticks = vi.fn();
  show(Checkbox, { checked: false, mixed: true, label: 'All', onchange: ticks });
  expect(one('[role="checkbox"]').getAttribute('aria-checked')).toBe('mixed');
  one('[role="checkbox"]').click();
  expect(ticks.mock.calls[0]?.[0]).toBe(true);
});

it('a long list draws a handful of rows, tells how many there are, and moves by key', () => {
  const row = createRawSnippet((item: () => number) => ({ render: () => `<span>row ${item()}</span>` }));
  const items = Array.from({ length: 50_000 }, (_, index) => index);
  show(VirtualList, { items, rowHeight: 20, label: 'Log', key: (item: number) => item, row });
  const options = document.querySelectorAll('[role="option"]');
  expect(options.length).toBeLessThan(100);
  expect(options[0]?.getAttribute('aria-setsize')).toBe('50000');
  press(one('[role="listbox"]'), 'ArrowDown');
  expect(one('[role="listbox"]').getAttribute('aria-activedescendant')).toMatch(/-0$/);
});
