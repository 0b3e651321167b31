/** A recipe that learns from runs of another: which one it starts from is chosen, and nothing starts without one. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { datasets } from '#renderer/state/datasets.svelte';
import { router } from '#renderer/state/router.svelte';
import { runs } from '#renderer/state/runs.svelte';
import { startState } from '#renderer/state/start';
import NewRunView from '#renderer/views/new-run/NewRunView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import { planRecord, recipeRecords } from '#test/dom/fake-recipes';
import { runRecord, runRecords } from '#test/dom/fake-records';

const [vqVae] = recipeRecords() as [RecipeDescription];
const prior: RecipeDescription = {
  ...vqVae,
  ...{ id: 'vq-prior', title: 'Prior over codes', parents: ['vq-vae'], inherits: ['codebookSize', 'codeLength'] },
  twins: [],
};
let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const asked = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
const choices = () => [...document.querySelectorAll<HTMLInputElement>('section input[type=radio]')];
const startButton = () =>
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim().startsWith('Start'))!;

/** `list`: the runs of the project. */
async function open(list: Run[]): Promise<void> {
  document.body.replaceChildren();
  const all = [...recipeRecords(), prior];
  bridge = fakeBridge({
    handlers: {
      'recipes.list': () => all,
      'recipes.describe': ({ recipe }) => all.find(({ id }) => id === recipe)!,
      'recipes.plan': ({ recipe, config }) => planRecord(recipe, { ...config }, 8000),
      'runs.list': () => list,
    },
  });
  Object.assign(window, { bridge });
  await startState();
  view = mount(NewRunView, { target: document.body, props: { recipe: 'vq-prior', data: 'd-glyphs' } });
  flushSync();
  await vi.waitFor(() => expect(text()).toContain('Starts from'));
}
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

const others = runRecords().filter(({ recipe }) => recipe !== 'vq-vae');
const older = runRecord('r-old01', 'vq-old', { createdAt: 1e12, config: { ...vqVae.presets.small, codebookSize: 64 } });
const newer = runRecord('r-new01', 'vq-new', { createdAt: 2e12 });

it('takes the newest finished run of the data, or the one that is chosen, and plans and starts with it', async () => {
  await open([...others, older, newer, runRecord('r-bad01', 'vq-failed', { status: 'failed', createdAt: 3e12 })]);
  await vi.waitFor(() => expect(choices().map(({ value }) => value)).toEqual(['r-new01', 'r-old01']));
  expect(choices().map(({ checked }) => checked)).toEqual([true, false]);
  await vi.waitFor(() => expect(asked('recipes.plan').at(-1)).toMatchObject({ from: 'r-new01' }));
  choices()[1]!.click();
  await vi.waitFor(() => expect(asked('recipes.plan').at(-1)).toMatchObject({ from: 'r-old01' }));
  expect(text()).toContain('codebook size 64, code length 16');
  await vi.waitFor(() => expect(startButton().disabled).toBe(false));
  startButton().click();
  await vi.waitFor(() =>
    expect(asked('runs.start')).toMatchObject([{ recipe: 'vq-prior', dataset: 'd-glyphs', from: 'r-old01' }]),
  );
});

it('does not offer the settings that the parent decides', async () => {
  await open([newer]);
  await vi.waitFor(() => expect(document.querySelector('input[aria-label="Learning rate"]')).not.toBeNull());
  expect(document.querySelector('input[aria-label="Codebook size"]')).toBeNull();
});

it('where there is none, says so and leads to the recipe that makes one; nothing is planned or started', async () => {
  await open(others);
  await vi.waitFor(() => expect(text()).toContain('Train VQ-VAE first'));
  expect(startButton().disabled).toBe(true);
  expect(asked('recipes.plan')).toEqual([]);
  [...document.querySelectorAll('button')].find((one) => one.textContent?.includes('Set up VQ-VAE'))!.click();
  await vi.waitFor(() => expect(router.route.query).toMatchObject({ recipe: 'vq-vae', data: 'd-glyphs' }));
});

it('names the run that is on its way, and starts from it as soon as it has finished', async () => {
  await open([...others, { ...newer, status: 'running', step: 12_000 }]);
  await vi.waitFor(() => expect(text()).toContain('vq-new is under way'));
  expect(text()).toContain('50');
  runs.put(newer);
  await vi.waitFor(() => expect(choices().map(({ value }) => value)).toEqual(['r-new01']));
  await vi.waitFor(() => expect(startButton().disabled).toBe(false));
});

it('choosing a run of other data chooses those data with it', async () => {
  const mnist = datasets.list.find(({ id }) => id === 'd-mnist')!;
  const there = runRecord('r-mni01', 'vq-mnist', {
    ...{ dataset: 'd-mnist', datasetName: 'mnist', datasetHash: mnist.hash },
  });
  await open([there]);
  await vi.waitFor(() => expect(choices().map(({ checked }) => checked)).toEqual([false]));
  expect(text()).toContain('choose one above');
  choices()[0]!.click();
  await vi.waitFor(() => expect(asked('recipes.plan').at(-1)).toMatchObject({ from: 'r-mni01', dataset: 'd-mnist' }));
  expect(document.querySelector<HTMLSelectElement>('select[aria-label="Data set"]')!.value).toBe('d-mnist');
});
