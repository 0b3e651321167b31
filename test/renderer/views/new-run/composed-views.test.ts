/** Starting a run, over a bridge that checks every question against the contract. */
import { expect, it, vi } from 'vitest';
import type { FakeBridge } from '#test/dom/fake-bridge';
import { recipeRecords } from '#test/dom/fake-recipes';
import { newRunView } from '#test/dom/new-run';

const openView = newRunView();
let bridge: FakeBridge;
const open = async (...asked: Parameters<typeof openView>) => {
  bridge = await openView(...asked);
};

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
