/** Starting a run, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import NewRunView from '#renderer/views/new-run/NewRunView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import { recipeRecords } from '#test/dom/fake-recipes';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const _text = () => document.body.textContent ?? '';
const _started = () => bridge.asked.find(({ name }) => name === 'runs.start')?.ask;

async function open(props: { recipe?: string; data?: string; from?: string }, options = {}): Promise<void> {
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  await startState();
  view = mount(NewRunView, { target: document.body, props });
  flushSync();
}
beforeEach(() => {
  document.body.replaceChildren();
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

it('shows two views of a picture where the recipe makes them, others for another item', async () => {
  const crop = {
    ...{ path: 'cropArea', label: 'Smallest crop', group: 'Views' as const, kind: 'number' as const },
    ...{ min: 0.01, max: 1, default: 0.08, presets: { tiny: 0.25, small: 0.2, base: 0.08 }, reason: 'as the paper' },
  };
  const plain = recipeRecords().find(({ id }) => id === 'autoencoder')!;
  await open(
    { recipe: 'autoencoder', data: 'd-mnist' },
    { handlers: { 'recipes.describe': () => ({ ...plain, fields: [crop, ...plain.fields] }) } },
  );
  const asked = () => bridge.asked.filter(({ name }) => name === 'recipes.views').map(({ ask }) => ask);
  const seen = () => document.querySelectorAll('[aria-label^="View 2 of pair"]').length;
  await vi.waitFor(() => expect(seen()).toBe(8), { timeout: 4000, interval: 400 });
  expect(asked()[0]).toMatchObject({ recipe: 'autoencoder', dataset: 'd-mnist', item: 0, seed: 0 });
  const button = (name: string) =>
    [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)!;
  button('Another item').click();
  await vi.waitFor(() => expect(asked().at(-1)).toMatchObject({ item: 7919, seed: 0 }));
  button('Other views').click();
  await vi.waitFor(() => expect(asked().at(-1)).toMatchObject({ item: 7919, seed: 1 }));
});
