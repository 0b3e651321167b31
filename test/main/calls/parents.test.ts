/** Which run another one starts from: the one that is named, else the newest finished one of the same data. */
import { describe, expect, it } from 'vitest';
import { parentOf, withSettingsOf } from '#main/calls/parents';
import { runRecord } from '#test/dom/fake-records';

const on = (id: string, more = {}) => runRecord(id, id, { datasetHash: 'same', ...more });
const [old, newest] = [on('r-old', { createdAt: 1 }), on('r-new', { createdAt: 2 })];
const runs = [
  ...[old, newest, on('r-elsewhere', { datasetHash: 'other', createdAt: 3 })],
  ...[on('r-failed', { status: 'failed', createdAt: 4 }), on('r-other', { recipe: 'vae', createdAt: 5 })],
];
const among = { runs, datasetHash: 'same' };

describe('the run that another starts from', () => {
  it('is the newest finished one of the recipe that it learns from, on the same data', () => {
    expect(parentOf({ recipe: 'vq-prior' }, undefined, among)).toBe(newest);
  });
  it('is the one that is named, of its own recipe or of one that it learns from', () => {
    expect(parentOf({ recipe: 'vq-prior' }, old, among)).toBe(old);
    expect(parentOf({ recipe: 'vq-vae' }, old, among)).toBe(old);
    expect(() => parentOf({ recipe: 'vae' }, old, among)).toThrow('must start from a run of its own kind');
  });
  it('is none for a recipe that needs none', () => {
    expect(parentOf({ recipe: 'vq-vae' }, undefined, among)).toBeUndefined();
  });
  it('must be there where one is needed: the failure says what to train', () => {
    const start = () => parentOf({ recipe: 'vq-prior' }, undefined, { runs, datasetHash: 'none' });
    expect(start).toThrow('must start from a finished run of vq-vae on this data set; there is none');
  });
});

it('what the parent decides wins over what is asked for, and nothing else does', () => {
  const ask = { recipe: 'vq-prior', config: { codebookSize: 7, layers: 3 } };
  const parent = on('r-parent', { config: { codebookSize: 64, channels: 32, batchSize: 9 } });
  const { config } = withSettingsOf(ask, parent);
  expect(config).toMatchObject({ codebookSize: 64, channels: 32, layers: 3 });
  expect(config).not.toHaveProperty('batchSize');
  expect(withSettingsOf({ recipe: 'vq-vae', config: { codebookSize: 7 } }, parent).config).toEqual({ codebookSize: 7 });
});
