/** The codebook explorer as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import CodebookView from '#renderer/views/codebook/CodebookView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import { codebookRecord } from '#test/dom/fake-codebook';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);

async function open(props: { run?: string; step?: number }, options = {}): Promise<void> {
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  await startState();
  view = mount(CodebookView, { target: document.body, props });
  flushSync();
}
/** Generated codebooks take seconds on a busy machine; nothing here measures time. */
const patient = { timeout: 25_000 };
vi.setConfig({ testTimeout: 60_000 });

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

describe('the codebook explorer', () => {
  it('opens the best checkpoint where none is asked for, and the one that is', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(asks('codebook.open')).toEqual([{ run: 'r-k6401', step: 21_000 }]), patient);
    await unmount(view!);
    await open({ run: 'r-k6401', step: 6000 });
    await vi.waitFor(() => expect(asks('codebook.open')).toEqual([{ run: 'r-k6401', step: 6000 }]), patient);
  });

  it('says what the blank code does to the perplexity', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Perplexity with blank'), patient);
    document.querySelector<HTMLElement>('[role=switch]')!.click();
    await vi.waitFor(() => expect(text()).toContain('Without the blank code'), patient);
  });

  it('of two levels shows which one is open, and opens the other', async () => {
    const levels = [
      { level: 'fine' as const, map: { height: 14, width: 14 } },
      { level: 'coarse' as const, map: { height: 7, width: 7 } },
    ];
    const book = codebookRecord(21_000);
    await open(
      { run: 'r-k6401' },
      { handlers: { 'codebook.open': ({ level = 'fine' }: { level?: 'fine' }) => ({ ...book, levels, level }) } },
    );
    await vi.waitFor(() => expect(text()).toContain('Coarse 7 × 7'), patient);
    [...document.querySelectorAll<HTMLElement>('[role=radio]')]
      .find((one) => one.textContent?.includes('Coarse'))!
      .click();
    await vi.waitFor(() => expect(asks('codebook.open').at(-1)).toMatchObject({ level: 'coarse' }), patient);
    await vi.waitFor(() => expect(asks('codebook.where').at(-1)).toMatchObject({ level: 'coarse' }), patient);
    await vi.waitFor(() => expect(asks('codebook.map').at(-1)).toMatchObject({ level: 'coarse' }), patient);
    expect(text()).toContain('The fine map stays the item’s own');
  });

  it('of one level offers no other', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('Perplexity'), patient);
    expect(text()).not.toContain('Coarse');
  });

  it('arrow keys choose a code, and where it fires follows', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(asks('codebook.where').length).toBe(1), patient);
    const codes = await vi.waitFor(
      () => document.querySelector<HTMLElement>('[aria-label="Codes"]') ?? expect.fail('no codes'),
      patient,
    );
    codes.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    await vi.waitFor(() => expect(asks('codebook.where').length).toBe(2), patient);
    const [first, second] = asks('codebook.where') as { code: number }[];
    expect(second?.code).not.toBe(first?.code);
    await vi.waitFor(() => expect(text()).toContain(`Code ${second?.code}`), patient);
  });

  it('says what to do where no run has a codebook', async () => {
    await open({}, { empty: true });
    await vi.waitFor(() => expect(text()).toContain('No run has a codebook yet'), patient);
  });

  it('says so where a run has no checkpoint yet', async () => {
    await open({ run: 'r-k6401' }, { handlers: { 'runs.checkpoints': () => [] } });
    await vi.waitFor(() => expect(text()).toContain('vq-k64 has no checkpoint yet'), patient);
  });
});
