/** A table that is dropped on the window: its columns are shown, changed and imported; its rows are browsed. */
import { afterEach, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import { tableRecord } from '#test/dom/fake-table';

let bridge: FakeBridge;
let svelte: typeof import('svelte');
let shown: Record<string, unknown>;

async function open(hash: string): Promise<void> {
  vi.resetModules();
  bridge = fakeBridge();
  bridge.state.datasets.push(tableRecord());
  Object.assign(window, { bridge });
  location.hash = hash;
  svelte = await import('svelte');
  const { startState } = await import('#renderer/state/start');
  const { default: App } = await import('#renderer/App.svelte');
  shown = svelte.mount(App, { target: document.body });
  await startState();
  svelte.flushSync();
}
afterEach(async () => {
  await svelte.unmount(shown);
  document.body.replaceChildren();
});
const asked = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
const until = (fits: () => void) =>
  vi.waitFor(
    () => {
      svelte.flushSync();
      fits();
    },
    { timeout: 4000 },
  );

it('shows each column with what it is taken for, and imports with what was changed', { timeout: 20_000 }, async () => {
  await open('');
  const { sheets } = await import('#renderer/state/sheets.svelte');
  sheets.import(['/home/me/cards.csv']);
  await until(() => expect(document.querySelector('select[aria-label="What amount is"]')).not.toBeNull());
  expect(document.querySelector('dialog')?.textContent).toMatch(/4\s+columns, 1.000 rows/);
  const kind = document.querySelector<HTMLSelectElement>('select[aria-label="What amount is"]')!;
  kind.selectedIndex = [...kind.options].findIndex(({ textContent }) => textContent === 'leave out');
  const chosen = kind.options[kind.selectedIndex]!;
  kind.querySelector = (() => chosen) as never; // happy-dom finds no :checked among options
  kind.dispatchEvent(new Event('change', { bubbles: true }));
  svelte.flushSync();
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === 'Import')!.click();
  await until(() => expect(asked('datasets.import')).toHaveLength(1));
  expect(asked('datasets.import')).toMatchObject([{ options: { columns: { amount: 'skipped' } } }]);
});

it('shows the rows, and asks for those that the address narrows them to', { timeout: 20_000 }, async () => {
  await open('#/data/d-cards?columns=0:10..20&sort=-0');
  await until(() => expect(asked('datasets.rows').length).toBeGreaterThan(0));
  expect(asked('datasets.rows')[0]).toMatchObject({
    filter: { columns: [{ column: 0, from: 10, to: 20 }] },
    sort: { by: 0, descending: true },
  });
  await until(() => expect(document.body.textContent).toContain('that match, 1'));
  expect(document.querySelector('[role=columnheader][aria-sort=descending]')?.textContent).toContain('amount');
});
