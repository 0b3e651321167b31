/** What could be done next follows from the facts alone. */
import { expect, it } from 'vitest';
import { nextSteps } from '#renderer/views/home/next';
import { datasetRecord, runRecord } from '#test/dom/fake-records';

const data = datasetRecord('d-glyphs', 'glyphs');
const good = { 'validation/codebook_used_share': { last: 1, best: 1, step: 9 } };
const ids = (...[runs, sets]: Parameters<typeof nextSteps>) => nextSteps(runs, sets).map(({ id }) => id);

it('an empty project has nothing to suggest', () => expect(ids([], [])).toEqual([]));
it('a failed run comes first, until a later one of its kind has ended well', () => {
  const failed = runRecord('r-bad1', 'bad', { status: 'failed', metrics: {}, createdAt: 10 });
  const before = runRecord('r-old1', 'old', { metrics: good, createdAt: 5 });
  const after = runRecord('r-new1', 'new', { metrics: good, createdAt: 20 });
  expect(ids([failed, before], [data])[0]).toBe('failed-r-bad1');
  expect(ids([after, failed, before], [data])).not.toContain('failed-r-bad1');
});
it('an interrupted run can be resumed', () => {
  expect(ids([runRecord('r-cut1', 'cut', { status: 'interrupted', metrics: {} })], [data])).toContain('resume-r-cut1');
});
it('dead codes are told with their number, and a few are none', () => {
  const with9 = runRecord('r-dead', 'dead', {
    metrics: { 'validation/codebook_used_share': { last: 117 / 128, best: 1, step: 1 } },
  });
  expect(nextSteps([with9], [data])[0]?.title).toBe('11 dead codes in dead');
  const with2 = runRecord('r-few1', 'few', {
    metrics: { 'validation/codebook_used_share': { last: 126 / 128, best: 1, step: 1 } },
  });
  expect(ids([with2], [data])).toEqual([]);
});
it('data that no run has used, and data with problems, are named', () => {
  const other = datasetRecord('d-other', 'other', { problemCount: 3 });
  expect(ids([runRecord('r-one1', 'one', { metrics: good })], [other, data])).toEqual([
    'problems-d-other',
    'train-d-other',
  ]);
});
