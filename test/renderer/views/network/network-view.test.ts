/** The network explorer as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import { aboutOf } from '#renderer/views/network/about';
import NetworkView from '#renderer/views/network/NetworkView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const asks = () => bridge.asked.filter(({ name }) => name === 'network.explain').map(({ ask }) => ask);
const button = (label: string) =>
  [...document.querySelectorAll<HTMLElement>('button')].find((one) => one.textContent?.trim() === label)!;

async function open(query: Record<string, string>, options = {}): Promise<void> {
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  await startState();
  view = mount(NetworkView, { target: document.body, props: { query } });
  flushSync();
}
beforeEach(() => document.body.replaceChildren());
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

describe('the network explorer', () => {
  it('shows the network of a run, and the newest run’s where none is named', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Activations'));
    expect(asks()).toEqual([{ run: 'r-k6401' }]);
    await unmount(view!);
    await open({});
    await vi.waitFor(() => expect(asks()).toHaveLength(1));
    expect(asks()[0]).toHaveProperty('run');
  });

  it('shows a recipe with settings that were not trained yet', async () => {
    await open({ recipe: 'vq-vae', preset: 'tiny', set: '{"channels":16}' });
    await vi.waitFor(() => expect(text()).toContain('not trained yet'));
    expect(asks()).toEqual([{ recipe: 'vq-vae', preset: 'tiny', config: { channels: 16 } }]);
  });

  it('as a table it has every block, and choosing one tells its operations', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Activations'));
    button('Table').click();
    flushSync();
    expect(document.querySelectorAll('tbody tr')).toHaveLength(7);
    button('encoder.halve').click();
    flushSync();
    expect(text()).toContain('Waits for backward');
    expect(text()).toContain('conv2d');
  });

  it('Parts joins the blocks of a part', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Activations'));
    button('Table').click();
    button('Parts').click();
    flushSync();
    expect(document.querySelectorAll('tbody tr')).toHaveLength(5);
  });

  it('Measure asks for the times and then shows them', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Activations'));
    const byTime = () =>
      [...document.querySelectorAll('[role=radio]')].find((one) => one.textContent?.trim() === 'Time')!;
    expect(byTime().hasAttribute('disabled')).toBe(true);
    button('Measure').click();
    await vi.waitFor(() => expect(byTime().getAttribute('aria-checked')).toBe('true'));
    expect(asks().at(-1)).toEqual({ run: 'r-k6401', profile: true });
    expect(text()).toContain('60');
  });

  it('a failure says why and offers to try again', async () => {
    await open({ run: 'r-none' });
    await vi.waitFor(() => expect(text()).toContain('The network could not be shown'));
    expect(button('Try again')).toBeDefined();
  });
});

it('settings in an address that cannot be read are left out', () => {
  expect(aboutOf({ recipe: 'vq-vae', set: '{', preset: 'huge' })).toEqual({ recipe: 'vq-vae' });
  expect(aboutOf({})).toBeUndefined();
  expect(aboutOf({ run: 'r-1', recipe: 'vq-vae' })).toEqual({ run: 'r-1' });
});
