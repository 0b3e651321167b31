import { describe, expect, it } from 'vitest';
import { factsOf } from '#renderer/views/runs/facts';
import { axisFacts, held, linePath, makeAxis, nudge, offsets } from '#renderer/views/runs/parallel';
import { recipeMap, vq } from './records';

const runs = [
  vq('a', 0.004, { codebookSize: 64, restartUnused: true }),
  vq('b', 0.03, { codebookSize: 256, restartUnused: false }),
  vq('c', 0.01, { codebookSize: 4096, restartUnused: true }),
];
const facts = factsOf(runs, recipeMap());
const size = makeAxis(facts.find(({ id }) => id === 'set:codebookSize')!, runs);
const restart = makeAxis(facts.find(({ id }) => id === 'set:restartUnused')!, runs);
const bare = { ...runs[0]!, config: {}, metrics: {} };

describe('axes', () => {
  it('are the settings in which the runs differ, and the headline last', () => {
    const ids = axisFacts(facts, runs).map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(['set:codebookSize', 'set:restartUnused']);
    expect(ids.at(-1)).toBe('metric:validation/mse');
    expect(ids).not.toContain('set:commitment');
  });

  it('a wide range of positive numbers is logarithmic: equal factors are equal distances', () => {
    expect(runs.map(size.at)).toEqual([0, expect.closeTo(1 / 3, 9), expect.closeTo(1, 9)]);
  });

  it('words and switches have their places in order, and few values are named one by one', () => {
    expect(restart.ticks).toEqual([
      { at: 0, text: 'off' },
      { at: 1, text: 'on' },
    ]);
    expect(size.ticks.map(({ text }) => text)).toEqual(['64', '256', '4096']);
  });

  it('one value alone lies in the middle', () => {
    expect(makeAxis(size.fact, [runs[0]!]).at(runs[0]!)).toBe(0.5);
  });
});

describe('brushes', () => {
  it('intersect: a run is held when it lies in all of them', () => {
    const all = [size, restart];
    const which = (brushes: Parameters<typeof held>[2]) =>
      runs.filter((run) => held(run, all, brushes)).map(({ id }) => id);
    expect(which({})).toEqual(['a', 'b', 'c']);
    expect(which({ 'set:codebookSize': [0.2, 1] })).toEqual(['b', 'c']);
    expect(which({ 'set:codebookSize': [0.2, 1], 'set:restartUnused': [0.5, 1] })).toEqual(['c']);
  });

  it('a run without the value is held by no brush on it', () => {
    expect(held(bare, [size], { 'set:codebookSize': [0, 1] })).toBe(false);
    expect(held(bare, [size], {})).toBe(true);
  });

  it('moved by keys they stay inside the axis and keep their length', () => {
    expect(nudge([0.5, 0.9], 0.5, false)).toEqual([0.6, 1]);
    expect(nudge([0.1, 0.4], -0.5, false)).toEqual([0, expect.closeTo(0.3, 9)]);
    expect(nudge([0.1, 0.4], -0.5, true)[1]).toBeGreaterThan(0.1);
  });
});

describe('lines', () => {
  it('break where a value is missing', () => {
    const x = (axis: number) => axis * 100;
    const y = (at: number) => at * 10;
    expect(linePath(runs[0]!, [size, restart], x, y)).toBe('M0 0C50 0 50 10 100 10');
    expect(linePath(bare, [size, restart], x, y)).toBe('');
    const gap = { ...runs[0]!, config: { codebookSize: 64 } };
    expect(linePath(gap, [size, restart, size], x, y)).toBe('M0 0M200 0');
  });

  it('that coincide lie three pixels apart, evenly about the place', () => {
    expect(offsets(3)).toEqual([-3, 0, 3]);
    expect(offsets(1)).toEqual([0]);
  });
});
