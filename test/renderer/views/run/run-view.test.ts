/** The run view as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shortcuts } from '#renderer/state/shortcuts.svelte';
import { startState } from '#renderer/state/start';
import RunView from '#renderer/views/run/RunView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const button = (name: string | RegExp) =>
  [...document.querySelectorAll('button')].find((one) =>
    typeof name === 'string' ? one.textContent?.includes(name) : name.test(one.textContent ?? ''),
  );

async function open(run: string, tab?: string): Promise<void> {
  bridge = fakeBridge();
  Object.assign(window, { bridge });
  await startState();
  view = mount(RunView, { target: document.body, props: { run, tab } });
  flushSync();
}
beforeEach(() => {
  document.body.replaceChildren();
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

describe('the run view', () => {
  it('says how far a run is', async () => {
    await open('r-live1');
    await vi.waitFor(() => expect(text()).toContain('14\u202f820'));
    expect(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('14820');
    expect(text()).toContain('Training');
  });

  it('pauses with P and goes on with P', async () => {
    await open('r-live1');
    await vi.waitFor(() => expect(button('Pause')).toBeDefined());
    expect(shortcuts.press(new KeyboardEvent('keydown', { key: 'p' }))).toBe(true);
    await vi.waitFor(() => expect(button('Resume')).toBeDefined());
    expect(bridge.asked.some(({ name }) => name === 'runs.pause')).toBe(true);
    shortcuts.press(new KeyboardEvent('keydown', { key: 'p' }));
    await vi.waitFor(() => expect(button('Pause')).toBeDefined());
  });

  it('is still one key away after it was closed and opened again', async () => {
    const before = shortcuts.list.length;
    await open('r-live1');
    expect(shortcuts.list.length).toBeGreaterThan(before);
    await unmount(view!);
    view = undefined;
    expect(shortcuts.list.length).toBe(before);
  });

  it('says which run a queued one waits for', async () => {
    await open('r-wait1');
    await vi.waitFor(() => expect(text()).toContain('Waits for vq-k128'));
    expect(text()).toContain('This one starts in ≈');
  });

  it('shows why a run failed', async () => {
    await open('r-lr801');
    await vi.waitFor(() => expect(text()).toContain('got NaN at step 2140'));
  });

  it('says so when there is no such run', async () => {
    await open('r-nothing');
    await vi.waitFor(() => expect(text()).toContain('There is no such run'));
  });

  it('gives the command that makes the run again', async () => {
    await open('r-k6401', 'config');
    await vi.waitFor(() =>
      expect(text()).toContain(
        'pretext train vq-vae --project DIR --data glyphs --preset small --seed 3 --device cpu --name vq-k64',
      ),
    );
  });

  it('asks for a measurement on the split that was chosen', async () => {
    await open('r-k6401', 'evaluation');
    await vi.waitFor(() => expect(document.querySelectorAll('.list .sec').length).toBeGreaterThan(2));
    const measure = [...document.querySelectorAll('button')].filter((one) => one.textContent?.trim() === 'Measure');
    await vi.waitFor(() => expect(measure[0]?.disabled).toBe(false));
    measure[0]!.click();
    await vi.waitFor(() =>
      expect(bridge.asked.find(({ name }) => name === 'runs.evaluate')?.ask).toMatchObject({
        run: 'r-k6401',
        split: 'test',
      }),
    );
  });

  it('keeps a note that was typed last when the view is left at once', async () => {
    await open('r-k6401', 'notes');
    const area = document.querySelector('textarea')!;
    area.value = 'try K = 256';
    area.dispatchEvent(new Event('input', { bubbles: true }));
    await unmount(view!);
    view = undefined;
    await vi.waitFor(() =>
      expect(bridge.asked.find(({ name }) => name === 'runs.change')?.ask).toMatchObject({ note: 'try K = 256' }),
    );
  });
});
