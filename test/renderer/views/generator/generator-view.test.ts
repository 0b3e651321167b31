/** The generator's explorer as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import GeneratorView from '#renderer/views/generator/GeneratorView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

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
  view = mount(GeneratorView, { target: document.body, props });
  flushSync();
}
const button = (words: string) =>
  vi.waitFor(
    () =>
      Array.from(document.querySelectorAll('button')).find((one) => one.textContent?.trim() === words) ??
      expect.fail(`no ${words}`),
    patient,
  );

beforeEach(() => {
  document.body.replaceChildren();
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

describe('the generator', () => {
  it('draws the checkpoint that is asked for, and another sheet from the next seed', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    (await button('Another 64')).click();
    await vi.waitFor(() => expect(asks('generator.sample')).toHaveLength(2), patient);
    expect(asks('generator.sample')).toMatchObject([
      { run: 'r-aed28', step: 6000, draw: { seed: 1, count: 64 } },
      { run: 'r-aed28', step: 6000, draw: { seed: 2, count: 64 } },
    ]);
  });

  it('a click on a sample makes it an end of the way', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    await vi.waitFor(() => expect(text()).toContain('sample 0 to 1'), patient);
    const sample = document.querySelector<HTMLElement>('[aria-label="sample 5"]')!.closest('button')!;
    sample.click();
    await vi.waitFor(() => expect(text()).toContain('sample 1 to 5'), patient);
    await vi.waitFor(() => expect(asks('generator.decode').length).toBeGreaterThan(1), patient);
  });

  it('says how many training items were compared, and what may be a copy', async () => {
    await open({ run: 'r-aed28', step: 6000 });
    (await button('Find')).click();
    await vi.waitFor(() => expect(text()).toContain('800 items compared'), patient);
    expect(text()).toContain('13 samples at less than half of it may be a copy');
  });

  it('says what to do where no run draws samples', async () => {
    await open({}, { empty: true });
    await vi.waitFor(() => expect(text()).toContain('No run can draw samples yet'), patient);
  });
});
