/** Starting a run, over a bridge that checks every question against the contract. */
import { expect, it, vi } from 'vitest';
import { shortcuts } from '#renderer/state/shortcuts.svelte';
import type { FakeBridge } from '#test/dom/fake-bridge';
import { newRunView } from '#test/dom/new-run';

const openView = newRunView();
let bridge: FakeBridge;
const open = async (...asked: Parameters<typeof openView>) => {
  bridge = await openView(...asked);
};
const text = () => document.body.textContent ?? '';
const started = () => bridge.asked.find(({ name }) => name === 'runs.start')?.ask;

it('starts what is shown: recipe, data, preset, changes and seed, with Ctrl Enter', async () => {
  await open({ recipe: 'vq-vae', data: 'd-mnist' });
  await vi.waitFor(() => expect(text()).toContain('618\u202f241'));
  const twin = [...document.querySelectorAll<HTMLElement>('[role=switch]')].find((one) =>
    one.textContent?.includes('Without restarts'),
  )!;
  twin.click();
  await vi.waitFor(() => expect(text()).toContain('1\u00a0setting differs'.replace('\u00a0', ' ')));
  shortcuts.press(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
  await vi.waitFor(() => expect(started()).toBeDefined());
  expect(started()).toMatchObject({
    recipe: 'vq-vae',
    dataset: 'd-mnist',
    preset: 'small',
    config: { restartUnused: false },
    seed: 7,
    device: 'auto',
  });
});

it('takes over the settings of another run', async () => {
  await open({ from: 'r-ema01' });
  await vi.waitFor(() => expect(text()).toContain('1 setting differs'));
  const field = document.querySelector<HTMLInputElement>('input[aria-label="Codebook size"]')!;
  expect(field.value).toBe('256');
});

it('says what to do where there is no data', async () => {
  await open({}, { empty: true });
  await vi.waitFor(() => expect(text()).toContain('A run needs data'));
});

it('cannot be started while the plan finds fault with it', async () => {
  await open(
    { recipe: 'vq-vae' },
    {
      handlers: {
        'recipes.plan': () => ({
          config: {},
          issues: [{ path: 'codebookSize', message: 'Codebook size must be 2 or more, got 1.' }],
          blocks: [],
          parameters: 0,
          parts: [],
          flopsPerItem: 0,
          steps: 0,
          epochs: 0,
          bits: { input: 0, code: 0 },
          estimates: [],
          notes: [],
        }),
      },
    },
  );
  await vi.waitFor(() => expect(text()).toContain('Codebook size must be 2 or more, got 1.'));
  shortcuts.press(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
  const start = [...document.querySelectorAll('button')].find((one) => one.textContent?.includes('Start'))!;
  expect(start.disabled).toBe(true);
  expect(started()).toBeUndefined();
});
