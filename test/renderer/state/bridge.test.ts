/** The page's door: failures become PretextErrors, facts arrive once a frame, and the fake keeps to the contract. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CallName, calls, type PretextError } from '#app/contract';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'] });
  bridge = fakeBridge();
  Object.assign(window, { bridge });
});
afterEach(() => vi.useRealTimers());
const door = () => import('#renderer/state/bridge');

it('answers come back as they were given', async () => {
  const { call } = await door();
  expect((await call('runs.get', { run: 'r-k6401' })).name).toBe('vq-k64');
});

it('a failure is thrown as a PretextError with its kind', async () => {
  const { call } = await door();
  const { PretextError: Thrown } = await import('#app/contract');
  const error = await call('runs.get', { run: 'r-none' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Thrown);
  expect((error as PretextError).message).toContain('r-none');
});

it('of a run that changes many times in a frame only the newest is told', async () => {
  const { listen } = await door();
  const heard: number[] = [];
  listen('run.changed', (run) => heard.push(run.step));
  for (const step of [14_821, 14_822, 14_823]) bridge.tell('run.changed', { ...bridge.state.runs[0]!, step });
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(17);
  expect(heard).toEqual([14_823]);
});

it('of points none is lost, and their order is kept', async () => {
  const { listen } = await door();
  const steps: number[] = [];
  listen('run.points', ({ points }) => steps.push(...points.map(({ step }) => step)));
  for (const step of [1, 2, 3])
    bridge.tell('run.points', { run: 'r-live1', points: [{ step, name: 'train/loss', value: 1 }] });
  vi.advanceTimersByTime(17);
  expect(steps).toEqual([1, 2, 3]);
});

it('who stops listening hears nothing more', async () => {
  const { listen } = await door();
  const heard = vi.fn();
  listen('engine.changed', heard)();
  bridge.tell('engine.changed', { state: 'training' });
  vi.advanceTimersByTime(300);
  expect(heard).not.toHaveBeenCalled();
});

it.each([
  ['datasets.items', { dataset: 'd-glyphs', offset: 11_990, limit: 100 }],
  ['datasets.pictures', { dataset: 'd-glyphs', indices: [0, 11_999] }],
  ['recipes.plan', { recipe: 'vq-vae', dataset: 'd-glyphs' }],
  ['runs.metrics', { run: 'r-k6401' }],
  ['runs.events', { run: 'r-lr801' }],
  ['runs.preview', { run: 'r-live1' }],
  ['runs.checkpoints', { run: 'r-k6401' }],
  ['runs.evaluations', { run: 'r-k6401' }],
  ['codebook.open', { run: 'r-k6401' }],
  ['codebook.where', { run: 'r-k6401', code: 5, offset: 0, limit: 20 }],
  ['codebook.map', { run: 'r-k6401', item: 7 }],
  ['reports.preview', { runs: ['r-k6401'] }],
] as const)('the fake answers %s within the contract', async (name, ask) => {
  const answer = await bridge.call(name as CallName, ask as never);
  expect(answer).not.toHaveProperty('failure');
  expect(() => calls[name].reply.parse((answer as { ok: unknown }).ok)).not.toThrow();
});

it('the fake refuses a question that the contract does not allow', async () => {
  expect(await bridge.call('runs.get', { run: '' })).toHaveProperty('failure');
});
