/** A network that is dropped on the window: what its file says is shown, and importing it leads to its run. */
import { afterEach, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let svelte: typeof import('svelte');
let shown: Record<string, unknown>;

async function drop(path: string): Promise<void> {
  vi.resetModules();
  bridge = fakeBridge();
  Object.assign(window, { bridge });
  location.hash = '';
  svelte = await import('svelte');
  const { startState } = await import('#renderer/state/start');
  const { default: App } = await import('#renderer/App.svelte');
  shown = svelte.mount(App, { target: document.body });
  await startState();
  const { sheets } = await import('#renderer/state/sheets.svelte');
  sheets.import([path]);
  svelte.flushSync();
}
afterEach(async () => {
  await svelte.unmount(shown);
  document.body.replaceChildren();
});
const dialog = () => document.querySelector('dialog')?.textContent ?? '';
const asked = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
const seen = (what: string) =>
  vi.waitFor(() => {
    svelte.flushSync();
    expect(dialog()).toContain(what);
  });

it('shows inputs, outputs and settings, and imports with what was changed', async () => {
  await drop('/home/me/network.ONNX');
  await seen('data: float [N, 1, 28, 28]');
  expect(dialog()).toContain('5,994');
  const range = document.querySelector<HTMLSelectElement>('select[aria-label="Range"]')!;
  range.selectedIndex = [...range.options].findIndex(({ textContent }) => textContent?.includes('255'));
  const chosen = range.options[range.selectedIndex]!;
  range.querySelector = (() => chosen) as never; // happy-dom finds no :checked among options
  range.dispatchEvent(new Event('change', { bubbles: true }));
  svelte.flushSync();
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === 'Import')!.click();
  await vi.waitFor(() => expect(location.hash).toContain('/run/'));
  expect(asked('models.import')).toMatchObject([
    { path: '/home/me/network.ONNX', name: 'network', config: { range: 'byte' } },
  ]);
});

it('anything else is data', async () => {
  await drop('/home/me/pictures');
  await vi.waitFor(() => expect(asked('datasets.inspect')).toHaveLength(1));
  expect(asked('models.inspect')).toEqual([]);
});
