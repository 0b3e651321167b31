/** The explorer of latent dimensions as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import LatentView from '#renderer/views/latent/LatentView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import { forgetNames } from '#test/dom/fake-latent';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ');
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
const patient = { timeout: 25_000 };
vi.setConfig({ testTimeout: 60_000 });

async function open(props: { run?: string; step?: number }, options = {}): Promise<void> {
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  await startState();
  view = mount(LatentView, { target: document.body, props });
  flushSync();
}
const shown = (label: string) =>
  vi.waitFor(
    () => document.querySelector<HTMLElement>(`[aria-label^="${label}"]`) ?? expect.fail(`no ${label}`),
    patient,
  );

beforeEach(() => {
  document.body.replaceChildren();
  forgetNames();
  // happy-dom has no canvas; these laws are about what is asked and said
  vi.stubGlobal(
    'ImageData',
    class {
      data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(width * height * 4);
      }
    },
  );
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
  vi.unstubAllGlobals();
});

describe('the explorer of latent dimensions', () => {
  it('opens the checkpoint that is asked for, and says what it found', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    await vi.waitFor(() => expect(asks('latent.open')).toEqual([{ run: 'r-aed28', step: 6000 }]), patient);
    await vi.waitFor(() => expect(text()).toContain('0.61'), patient); // MIG
    expect(text()).toContain('3 not used by the model');
  });

  it('arrow keys on the traversals choose a dimension and move it; the code is decoded', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    const grid = await shown('Traversals. ');
    await vi.waitFor(() => expect(asks('latent.decode').length).toBeGreaterThan(0), patient);
    const before = asks('latent.decode').length;
    const value = () => grid.getAttribute('aria-valuetext');
    const first = value();
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    flushSync();
    expect(value()?.split(':')[0]).not.toBe(first?.split(':')[0]);
    const second = value();
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    flushSync();
    expect(value()).not.toBe(second);
    await vi.waitFor(() => expect(asks('latent.decode').length).toBeGreaterThan(before), patient);
  });

  it('a dimension is named with F2 and Enter, and the name stands everywhere', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    const group = await shown('Dimension z1');
    group.querySelector('.name')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }));
    flushSync();
    const field = await shown('Name of z1');
    (field as HTMLInputElement).value = 'height';
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await vi.waitFor(
      () => expect(asks('latent.rename')).toEqual([{ run: 'r-aed28', dimension: 1, name: 'height' }]),
      patient,
    );
    await shown('Dimension z1, height');
    await shown('z1 height');
  });

  it('says what to do where no run has dimensions', async () => {
    await open({}, { empty: true });
    await vi.waitFor(() => expect(text()).toContain('No run has latent dimensions yet'), patient);
  });

  it('says so where a run has no checkpoint yet, and where it cannot be opened', async () => {
    await open({ run: 'r-aed28' }, { handlers: { 'runs.checkpoints': () => [] } });
    await vi.waitFor(() => expect(text()).toContain('has no checkpoint yet'), patient);
    await unmount(view!);
    const handlers = {
      'latent.open': () => {
        throw new Error('the file is gone');
      },
    };
    await open({ run: 'r-aed28', step: 6000 }, { handlers });
    await vi.waitFor(() => expect(text()).toContain('The dimensions could not be opened'), patient);
  });
});
