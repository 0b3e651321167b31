import { describe, expect, it } from 'vitest';
import { dataset as datasetSchema } from '#app/records/dataset';
import { addDataset, gone, importedRecord, self, temporaryStore } from './records';

it('gives a name that is taken its next version', () => {
  const store = temporaryStore();
  expect([addDataset(store).version, addDataset(store).version, addDataset(store, 'other').version]).toEqual([1, 2, 1]);
  expect(store.datasets.find('pets').version).toBe(2);
  expect(store.datasets.find('pets@1').version).toBe(1);
});

it('gives a record that the contract takes', () => {
  const record = addDataset(temporaryStore());
  expect(datasetSchema.parse(record)).toEqual(record);
});

it('renamed to a name that is taken becomes the next version of it', () => {
  const store = temporaryStore();
  addDataset(store, 'pets');
  const other = addDataset(store, 'other');
  expect(store.datasets.change(other.id, { name: 'pets' })).toMatchObject({ name: 'pets', version: 2 });
});

describe('an import under way', () => {
  const item = { index: 0, name: 'a.png', label: 0, split: 'train' as const };

  it('is not seen before it has finished', () => {
    const store = temporaryStore();
    const id = store.datasets.begin(self);
    store.datasets.addItems(id, [item]);
    expect(store.datasets.list(true)).toEqual([]);
    expect(() => store.datasets.find(id)).toThrow('there is no data set');
    store.datasets.finish(id, importedRecord('pets'));
    expect(store.datasets.find(id).name).toBe('pets');
  });

  it('leaves nothing when it is given up', () => {
    const store = temporaryStore();
    const id = store.datasets.begin(self);
    store.datasets.addItems(id, [item]);
    store.datasets.addProblems(id, [{ file: 'b.png', kind: 'empty', reason: 'no bytes' }]);
    store.datasets.abandon(id);
    expect(store.items.page(id, {}, 0, 10)).toEqual({ total: 0, items: [] });
    expect(store.items.problems(id)).toEqual([]);
  });

  it('is removed on opening when its process is gone', () => {
    const store = temporaryStore();
    const dead = store.datasets.begin(gone);
    store.datasets.addItems(dead, [item]);
    expect(store.datasets.sweep(self)).toBe(1);
    expect(store.items.page(dead, {}, 0, 10).total).toBe(0);
  });
});
