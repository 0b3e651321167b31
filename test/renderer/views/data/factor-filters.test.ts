/** The chips of known factors: one a factor that varies, and what choosing a value asks for. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import FactorFilters from '#renderer/views/data/FactorFilters.svelte';

const factors = { names: ['shape', 'size', 'colour'], sizes: [2, 3, 1] };
const onwant = vi.fn();
let view: Record<string, unknown> | undefined;
function open(wanted: Record<string, number> = {}): void {
  view = mount(FactorFilters, { target: document.body, props: { factors, wanted, onwant } });
  flushSync();
}
const named = (selector: string, text: string) =>
  [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.textContent?.trim() === text) ??
  expect.fail(`no ${text}`);
function choose(chip: string, value: string): void {
  named('button.chip', chip).click();
  flushSync();
  named('[role^=menuitem]', value).click();
  flushSync();
}

beforeEach(() => {
  document.body.replaceChildren();
  onwant.mockClear();
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

it('a factor that never varies has no chip', () => {
  open();
  const chips = [...document.querySelectorAll('button.chip')].map(({ textContent }) => textContent?.trim());
  expect(chips).toEqual(['shape: all', 'size: all']);
});

it('a chosen value is asked for beside those that are chosen already', () => {
  open({ shape: 1 });
  expect(named('button.chip', 'shape: 2 of 2').classList).toContain('on');
  choose('size: all', '3 of 3');
  expect(onwant).toHaveBeenLastCalledWith({ shape: 1, size: 2 });
});

it('the last value that is let go of leaves no filter, and Clear lets go of all', () => {
  open({ shape: 1 });
  choose('shape: 2 of 2', 'all 2 values');
  expect(onwant).toHaveBeenLastCalledWith(undefined);
  named('button.link', 'Clear').click();
  expect(onwant).toHaveBeenCalledTimes(2);
  expect(onwant).toHaveBeenLastCalledWith(undefined);
});
