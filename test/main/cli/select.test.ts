import { describe, expect, it } from 'vitest';
import type { Run } from '#app/records/run';
import { sorted, where } from '#main/cli/select';

const run = (id: string, status: Run['status'], mse: number | undefined, change: Partial<Run> = {}) =>
  ({
    id,
    status,
    name: `run ${id}`,
    recipe: 'vq-vae',
    datasetName: 'digits',
    tags: [],
    config: { codes: 64, schedule: 'cosine' },
    metrics: mse === undefined ? {} : { 'validation/mse': { last: mse, best: mse / 2, step: 1 } },
    ...change,
  }) as unknown as Run;
const runs = [
  run('a', 'finished', 0.03),
  run('b', 'failed', undefined),
  run('c', 'finished', 0.01, { tags: ['keep'], config: { codes: 512 } }),
];
const ids = (found: Run[]) => found.map(({ id }) => id).join('');

describe('where', () => {
  it.each([
    ['status=finished', 'ac'],
    ['status!=finished', 'b'],
    ['validation/mse<0.02', 'c'],
    ['validation/mse>=0.01', 'ac'],
    ['best:validation/mse<=0.015', 'ac'],
    ['codes=512', 'c'],
    ['codes > 64', 'c'],
    ['name~RUN B', 'b'],
    ['tag=keep', 'c'],
    ['schedule=cosine', 'ab'],
  ])('%s', (condition, expected) => expect(ids(where(runs, [condition]))).toBe(expected));

  it('wants all conditions', () => expect(ids(where(runs, ['status=finished', 'codes=64']))).toBe('a'));
  it('refuses what it cannot read, and a field that no run has', () => {
    expect(() => where(runs, ['finished'])).toThrow('must be field, operator, value');
    expect(() => where(runs, ['validation/mes<1'])).toThrow('no run has a field “validation/mes”');
  });
});

it('sorts either way, runs without the value last', () => {
  expect(ids(sorted(runs, 'validation/mse'))).toBe('cab');
  expect(ids(sorted(runs, '-validation/mse'))).toBe('acb');
  expect(ids(sorted(runs, '-id'))).toBe('cba');
});
