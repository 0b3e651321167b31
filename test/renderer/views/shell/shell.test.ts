/** The shell as a user meets it: the palette opens by key and goes where it says, jobs can be stopped, endings are told. */
import { afterEach, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let svelte: typeof import('svelte');
let shown: Record<string, unknown>;

async function open(): Promise<void> {
  vi.resetModules();
  bridge = fakeBridge();
  Object.assign(window, { bridge });
  location.hash = '';
  svelte = await import('svelte');
  const { startState } = await import('#renderer/state/start');
  const { default: App } = await import('#renderer/App.svelte');
  shown = svelte.mount(App, { target: document.body });
  await startState();
  svelte.flushSync();
}
afterEach(async () => {
  await svelte.unmount(shown);
  document.body.replaceChildren();
});
function press(key: string, more: KeyboardEventInit = {}, target: Element | Window = window): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  svelte.flushSync();
}
const text = () => document.body.textContent ?? '';
const labelled = (label: string) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`)!;
const asked = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);

it('Ctrl K opens the palette; typing and Enter go to what was found', async () => {
  await open();
  press('k', { ctrlKey: true });
  const input = document.querySelector<HTMLInputElement>('[role="combobox"]')!;
  input.value = '#vq-k64';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  svelte.flushSync();
  expect(document.querySelectorAll('[role="option"]')).toHaveLength(1);
  press('Enter', {}, input);
  expect(location.hash).toBe('#/run/r-k6401');
  expect(document.querySelector('[role="combobox"]')).toBeNull();
});

it('G R goes to the runs', async () => {
  await open();
  press('g');
  press('r');
  expect(location.hash).toBe('#/runs');
});

it('stopping a run asks first; keeping it stops nothing', async () => {
  await open();
  press('j');
  labelled('Stop vq-k128').click();
  await vi.waitFor(() => {
    svelte.flushSync();
    expect(text()).toContain('Stop vq-k128?');
  });
  [...document.querySelectorAll('dialog button')]
    .find((one) => one.textContent?.includes('Keep'))!
    .dispatchEvent(new MouseEvent('click', { bubbles: true }));
  await Promise.resolve();
  svelte.flushSync();
  expect(asked('jobs.cancel')).toEqual([]);
  expect(document.querySelector('dialog')).toBeNull();
});

it('a job that fails is told with its reason; the same job seen again is not told twice', async () => {
  await open();
  const job = { ...bridge.state.jobs[1]!, status: 'failed' as const, message: 'the disk is full', endedAt: 1 };
  bridge.tell('job.changed', job);
  await vi.waitFor(() => {
    svelte.flushSync();
    expect(text()).toContain('Linear probe of vq-k64 failed');
  });
  bridge.tell('job.changed', job);
  await new Promise((resolve) => setTimeout(resolve, 40));
  svelte.flushSync();
  expect(document.querySelectorAll('.toast')).toHaveLength(1);
});

it('a crash of the engine is told, and the window lives on', async () => {
  await open();
  bridge.tell('engine.changed', { state: 'crashed', message: 'Its process was killed.' });
  await vi.waitFor(() => {
    svelte.flushSync();
    expect(text()).toContain('The training engine stopped unexpectedly');
  });
  expect(text()).toContain('Engine stopped unexpectedly');
  expect(text()).toContain('Recent runs');
});

it('the theme is applied at once and kept', async () => {
  await open();
  labelled('Theme').click();
  svelte.flushSync();
  [...document.querySelectorAll<HTMLElement>('[role="menuitemradio"]')]
    .find((one) => one.textContent?.includes('Dark'))!
    .click();
  svelte.flushSync();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  expect(asked('app.prefer')).toEqual([{ theme: 'dark' }]);
});
