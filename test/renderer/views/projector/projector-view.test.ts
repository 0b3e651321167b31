/** The projector as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startState } from '#renderer/state/start';
import ProjectorView from '#renderer/views/projector/ProjectorView.svelte';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask as never);
const patient = { timeout: 25_000 };
vi.setConfig({ testTimeout: 60_000 });

async function open(props: { run?: string; step?: number; beside?: string }, options = {}): Promise<void> {
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  await startState();
  view = mount(ProjectorView, { target: document.body, props });
  flushSync();
}
const press = (name: string) =>
  vi.waitFor(() => {
    const found = [...document.querySelectorAll<HTMLElement>('button')].find(
      (one) => one.textContent?.trim() === name || one.getAttribute('aria-label') === name,
    );
    if (!found) expect.fail(`no button ${name}`);
    found.click();
    flushSync();
  }, patient);
const plot = () =>
  vi.waitFor(() => document.querySelector<HTMLElement>('[role=application]') ?? expect.fail('no picture'), patient);

beforeEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
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

describe('the projector', () => {
  it('opens the best checkpoint where none is asked for, and the one that is', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(
      () =>
        expect(asks('projector.open')).toEqual([
          { run: 'r-k6401', step: 21_000, source: 'embed', split: 'validation' },
        ]),
      patient,
    );
    await unmount(view!);
    await open({ run: 'r-k6401', step: 6000 });
    await vi.waitFor(() => expect(asks('projector.open')).toMatchObject([{ step: 6000 }]), patient);
  });

  it('shows the principal plane at once, with the share of the variance that it holds', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(text()).toContain('hold 53'), patient);
    expect((await plot()).getAttribute('aria-label')).toContain('PCA of 600 points');
  });

  it('makes a t-SNE, tells how far it is, and warns of its distances', async () => {
    await open({ run: 'r-k6401' });
    await plot();
    await press('t-SNE');
    await vi.waitFor(() => expect(asks('projector.layout').length).toBe(1), patient);
    expect(asks('projector.layout')[0]).toMatchObject({ settings: { method: 'tsne', perplexity: 30, steps: 1000 } });
    await vi.waitFor(() => expect(text()).toContain('KL 1.21'), patient);
    expect(text()).toContain('carry no meaning in t-SNE');
  });

  it('stops a picture under way and goes on with it', async () => {
    let end = () => {};
    const wait = new Promise<never>((_, reject) => {
      end = () => reject(Object.assign(new Error('stopped'), { kind: 'cancelled' }));
    });
    await open({ run: 'r-k6401' }, { handlers: { 'projector.layout': () => wait } });
    await plot();
    await press('t-SNE');
    await press('Stop');
    expect(asks('projector.signal')).toMatchObject([{ signal: 'stop' }]);
    end();
    await vi.waitFor(() => expect(text()).toContain('Stopped at 0 of'), patient);
    await press('Go on');
    await vi.waitFor(() => expect(asks('projector.layout').length).toBe(2), patient);
  });

  it('arrow keys move the focus, whose nearest neighbours are found in all dimensions; Enter selects it', async () => {
    await open({ run: 'r-k6401' });
    const picture = await plot();
    await vi.waitFor(() => expect(text()).toContain('hold 53'), patient);
    picture.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await vi.waitFor(() => expect(asks('projector.nearest').length).toBe(1), patient);
    picture.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await press('Selection 1'); // beside the picture in a narrow window
    await vi.waitFor(() => expect(text()).toContain('Selection against everything'), patient);
    expect(text()).toContain('Nearest neighbours in 128-d');
  });

  it('hides and isolates categories from the legend', async () => {
    await open({ run: 'r-k6401' });
    await vi.waitFor(() => expect(document.querySelector('[title="Hide 3"]')).not.toBeNull(), patient);
    document.querySelector<HTMLElement>('[title="Hide 3"]')!.click();
    flushSync();
    expect(document.querySelector('[title="Show 3"]')).not.toBeNull();
    document.querySelector<HTMLElement>('[title="Only 5"]')!.click();
    flushSync();
    expect(document.querySelectorAll('[title^="Show "]').length).toBe(9);
  });

  it('lays a second checkpoint over the first', async () => {
    await open({ run: 'r-k6401', beside: '6000' });
    await vi.waitFor(() => expect(asks('projector.open').length).toBe(2), patient);
    expect(asks('projector.open')[1]).toMatchObject({ step: 6000, over: expect.any(Float32Array) });
    await vi.waitFor(() => expect(text()).toMatch(/12\s% differs/), patient);
  });

  it('measures the space and the trust in the picture that is shown', async () => {
    await open({ run: 'r-k6401' });
    await plot();
    await press('Measure');
    await vi.waitFor(() => expect(text()).toContain('93.8'), patient);
    expect(asks('projector.quality')[0]).toMatchObject({ positions: expect.any(Float32Array) });
    expect(text()).toContain('0.961');
  });

  it('says what to do where no run has learned anything, and why it could not be opened', async () => {
    await open({}, { empty: true });
    await vi.waitFor(() => expect(text()).toContain('No run has learned a space yet'), patient);
    await unmount(view!);
    document.body.replaceChildren();
    const fails = () => {
      throw new Error('the file is gone');
    };
    await open({ run: 'r-k6401' }, { handlers: { 'projector.open': fails } });
    await vi.waitFor(() => expect(text()).toContain('The vectors could not be opened'), patient);
  });
});
