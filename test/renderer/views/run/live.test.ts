/** Views beside a run that trains. In a file of its own: the state hears the facts of the first bridge it meets. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runs } from '#renderer/state/runs.svelte';
import { startState } from '#renderer/state/start';
import CodebookView from '#renderer/views/codebook/CodebookView.svelte';
import NewRunView from '#renderer/views/new-run/NewRunView.svelte';
import RunView from '#renderer/views/run/RunView.svelte';
import { fakeBridge } from '#test/dom/fake-bridge';

const bridge = fakeBridge();
let view: Record<string, unknown> | undefined;
const text = () => document.body.textContent ?? '';
const rest = () => new Promise((resolve) => setTimeout(resolve, 60));
/** Generated codebooks take seconds on a busy machine; nothing here measures time. */
const patient = { timeout: 25_000 };

/** Resolves once something was asked and nothing has been asked for a while: the view has all it wants. */
async function settled(name: string): Promise<number> {
  await vi.waitFor(() => expect(bridge.asked.some((one) => one.name === name)).toBe(true), patient);
  let before = -1;
  while (before !== bridge.asked.length) {
    before = bridge.asked.length;
    await rest();
    await rest();
  }
  return before;
}

/** The run goes on by some steps, none of which is a validation; resolves once the window has heard. */
async function train(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    bridge.train(5);
    await rest();
  }
  const { step } = bridge.state.runs.find(({ id }) => id === 'r-live1')!;
  await vi.waitFor(() => expect(runs.byId('r-live1')?.step).toBe(step), patient);
}

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
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
  Object.assign(window, { bridge });
  await startState();
});
beforeEach(() => {
  document.body.replaceChildren();
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

it('the run view follows its run and asks for nothing anew', async () => {
  view = mount(RunView, { target: document.body, props: { run: 'r-live1' } });
  flushSync();
  const before = await settled('runs.evaluations');
  await train();
  expect(bridge.asked.slice(before).map(({ name }) => name)).toEqual([]);
  await vi.waitFor(() =>
    expect(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('14835'),
  );
});

it('a chosen line of the log is shown whole, and stays the chosen one when new ones come in', async () => {
  view = mount(RunView, { target: document.body, props: { run: 'r-live1' } });
  const lines = () => document.querySelectorAll<HTMLElement>('[aria-label="Log, newest first"] .one');
  await vi.waitFor(() => expect(lines().length).toBeGreaterThan(1), patient);
  const words = lines()[0]!.querySelector('[title]')!.textContent;
  lines()[0]!.click();
  flushSync();
  const whole = () => document.querySelector('.log.whole')?.textContent;
  expect(whole()).toContain(words);
  const event = { time: Date.now(), step: 14_900, level: 'info' as const, text: 'one more' };
  bridge.tell('run.event', { run: 'r-live1', event });
  await vi.waitFor(() => expect(text()).toContain('one more'), patient);
  expect(whole()).toContain(words);
  expect(lines()[1]!.getAttribute('aria-selected')).toBe('true');
});

it('the codebook explorer opens nothing anew without a new checkpoint', async () => {
  view = mount(CodebookView, { target: document.body, props: { run: 'r-live1' } });
  flushSync();
  const before = await settled('codebook.map');
  await train();
  expect(bridge.asked.slice(before).map(({ name }) => name)).toEqual([]);
});

it('what is being set for a new run survives the news of the run it was taken from', async () => {
  view = mount(NewRunView, { target: document.body, props: { from: 'r-live1' } });
  flushSync();
  await vi.waitFor(() => expect(text()).toContain('618\u202f241'), patient);
  const twin = [...document.querySelectorAll<HTMLElement>('[role=switch]')].find((one) =>
    one.textContent?.includes('Without restarts'),
  )!;
  twin.click();
  await vi.waitFor(() => expect(text()).toContain('1 setting differs'), patient);
  await train();
  expect(text()).toContain('1 setting differs');
});
