/** The newcomer's one click: from the sample to a run that trains. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let shown: Record<string, unknown>;
// of the same fresh registry as the components: each test starts the program anew
let svelte: typeof import('svelte');

async function open(options: Parameters<typeof fakeBridge>[0]): Promise<void> {
  vi.resetModules();
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  location.hash = '';
  svelte = await import('svelte');
  const { startState } = await import('#renderer/state/start');
  const { default: Home } = await import('#renderer/views/home/Home.svelte');
  await startState();
  shown = svelte.mount(Home, { target: document.body });
  svelte.flushSync();
}
const button = (text: string) =>
  [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(text));
const asked = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);

beforeEach(() => vi.restoreAllMocks());
afterEach(async () => {
  await svelte.unmount(shown);
  document.body.replaceChildren();
});

it('with the sample imported, one click starts the recipe that suits it and shows the run', async () => {
  await open({ fresh: true });
  button('Train')!.click();
  await vi.waitFor(() =>
    expect(asked('runs.start')).toEqual([{ recipe: 'vq-vae', dataset: 'd-glyphs', preset: 'tiny' }]),
  );
  await vi.waitFor(() => expect(location.hash).toMatch(/^#\/run\/r-/));
});

it('without it, the click imports first, and trains on what was imported', async () => {
  await open({ empty: true });
  button('Open and train')!.click();
  await vi.waitFor(() => expect(asked('datasets.import')).toEqual([{ sources: ['sample:glyphs'] }]));
  expect(asked('runs.start')).toEqual([]);
  bridge.importStep(20_000);
  await vi.waitFor(() =>
    expect(asked('runs.start')).toEqual([{ recipe: 'vq-vae', dataset: bridge.state.datasets[0]!.id, preset: 'tiny' }]),
  );
});

it('a project with runs shows them instead', async () => {
  await open({});
  expect(document.body.textContent).toContain('Recent runs');
  expect(document.body.textContent).toContain('vq-k256-ema');
  expect(document.body.textContent).not.toContain('Start with your data');
});

it('pausing asks for the run that trains', async () => {
  await open({});
  button('Pause')!.click();
  await vi.waitFor(() => expect(asked('runs.pause')).toEqual([{ run: 'r-live1' }]));
  await vi.waitFor(() => {
    svelte.flushSync();
    expect(button('Resume')).toBeDefined();
  });
});
