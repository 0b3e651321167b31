/** State without a window: addresses, curves that grow, toasts that go, keys, undo. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isSingle, keyWord } from '#renderer/state/keys';
import { Curve, RunMetrics } from '#renderer/state/metrics.svelte';
import { preferences } from '#renderer/state/preferences.svelte';
import { parseRoute, to, writeRoute } from '#renderer/state/route';
import { shortcuts } from '#renderer/state/shortcuts.svelte';
import { toasts } from '#renderer/state/toasts.svelte';

describe('addresses', () => {
  it('what is written is read back', () => {
    expect(parseRoute(to.run('r-7k3f9x', 'config'))).toEqual({ view: 'run', id: 'r-7k3f9x', query: { tab: 'config' } });
    expect(parseRoute(to.codebook('r-1234', 500))).toEqual({
      view: 'explore',
      id: 'codebook',
      query: { run: 'r-1234', step: '500' },
    });
    expect(parseRoute(`#${to.report(['r-a', 'r-b'])}`).query).toEqual({ runs: 'r-a,r-b' });
  });
  it('any query survives', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ minLength: 1, maxLength: 20 })),
        (query) => {
          expect(parseRoute(writeRoute('/runs', query)).query).toEqual({ ...query });
        },
      ),
    );
  });
  it.each(['', '#', '/nowhere', '/nowhere/x?y=1'])('“%s” is home', (address) =>
    expect(parseRoute(address).view).toBe('home'),
  );
});

describe('curves', () => {
  it('hold every point in order, whatever their number', () => {
    const curve = new Curve();
    for (let step = 1; step <= 3000; step += 1) curve.push(step, step / 2);
    const { steps, values } = curve.view();
    expect([steps.length, steps[0], steps[2999], values[2999]]).toEqual([3000, 1, 3000, 1500]);
  });
  it('history that arrives late goes below what was pushed meanwhile, and no point counts twice', () => {
    const metrics = new RunMetrics();
    metrics.append([
      { name: 'train/loss', step: 3, value: 0.3 },
      { name: 'train/loss', step: 4, value: 0.2 },
    ]);
    metrics.fill({ 'train/loss': { steps: Float64Array.of(1, 2, 3), values: Float64Array.of(0.9, 0.5, 0.3) } });
    metrics.append([
      { name: 'train/loss', step: 4, value: 0.2 },
      { name: 'train/loss', step: 5, value: 0.1 },
    ]);
    expect([...metrics.series('train/loss')!.steps]).toEqual([1, 2, 3, 4, 5]);
    expect([...metrics.series('train/loss')!.values]).toEqual([0.9, 0.5, 0.3, 0.2, 0.1]);
  });
  it('appending does not copy what is there: n points cost O(n)', () => {
    const curve = new Curve();
    const buffers = new Set<ArrayBufferLike>();
    for (let step = 1; step <= 100_000; step += 1) {
      curve.push(step, 0);
      buffers.add(curve.values.buffer);
    }
    expect(buffers.size).toBeLessThanOrEqual(10); // 256 · 2⁹ ≥ 100 000
  });
});

describe('toasts', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    for (const { id } of toasts.list) toasts.close(id);
  });
  it('go after six seconds, but an error stays', () => {
    toasts.done('done');
    toasts.failed('failed', new Error('no disk'));
    vi.advanceTimersByTime(6001);
    expect(toasts.list.map(({ title }) => title)).toEqual(['failed']);
    vi.useRealTimers();
  });
  it('are three at most, and errors are the last to give way', () => {
    toasts.failed('error', new Error('x'));
    for (const title of ['a', 'b', 'c']) toasts.done(title);
    expect(toasts.list.map(({ title }) => title)).toEqual(['error', 'b', 'c']);
    vi.useRealTimers();
  });
});

describe('shortcuts', () => {
  const key = (name: string, more: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
    const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more });
    Object.defineProperty(event, 'target', { value: target });
    return shortcuts.press(event);
  };
  const add = (keys: string, always = false) => {
    const run = vi.fn();
    return { run, stop: shortcuts.register({ keys, label: keys, group: 'Everywhere', run, always }) };
  };

  it('modifiers come first in a key word', () => {
    const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
    expect(keyWord({ ...plain, key: 'k', metaKey: true })).toBe('Ctrl K');
    expect(keyWord({ ...plain, key: '?', shiftKey: true })).toBe('?');
    expect(keyWord({ ...plain, key: 'P', shiftKey: true })).toBe('Shift P');
    expect(keyWord({ ...plain, key: 'ArrowLeft', altKey: true })).toBe('Alt Left');
    expect([isSingle('N'), isSingle('G H'), isSingle('Ctrl K')]).toEqual([true, true, false]);
  });
  it('two keys one after the other are a sequence', () => {
    const { run, stop } = add('G H');
    key('g');
    key('h');
    expect(run).toHaveBeenCalledOnce();
    stop();
    key('g');
    key('h');
    expect(run).toHaveBeenCalledOnce();
  });
  it('letters keep still while a field is edited', () => {
    const { run, stop } = add('N');
    expect(key('n', {}, document.createElement('input'))).toBe(false);
    expect(key('n')).toBe(true);
    expect(run).toHaveBeenCalledOnce();
    stop();
  });
  it('single letters can be turned off; combinations stay', async () => {
    Object.assign(window, { bridge: { call: async () => ({ ok: undefined }), on: () => () => undefined } });
    await preferences.prefer({ singleKeys: false });
    const single = add('J');
    const combined = add('Ctrl K', true);
    key('j');
    key('k', { ctrlKey: true });
    expect(single.run).not.toHaveBeenCalled();
    expect(combined.run).toHaveBeenCalledOnce();
    await preferences.prefer({ singleKeys: true });
    single.stop();
    combined.stop();
  });
});
