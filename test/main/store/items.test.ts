import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Item } from '#app/records/dataset';
import { openStore, type Store } from '#main/store';
import { importedRecord, self } from './records';

const count = 100_000;
const classes = ['zero', 'one', 'two', 'three'];
const splits = ['train', 'train', 'train', 'validation', 'test'] as const;
const itemAt = (index: number): Item => ({
  index,
  name: `folder_${index % 7}/picture-${index}.png`,
  label: index % 10 === 9 ? -1 : index % 4,
  split: splits[index % 5]!,
});
const all = Array.from({ length: count }, (_, index) => itemAt(index));

const folder = mkdtempSync(join(tmpdir(), 'pretext-test-'));
const store = openStore(join(folder, 'project.sqlite'));
const id = store.datasets.begin(self);
beforeAll(() => {
  for (let at = 0; at < count; at += 5000) store.datasets.addItems(id, all.slice(at, at + 5000));
  store.datasets.addProblems(id, [
    { file: 'x.png', kind: 'unreadable', reason: 'not a picture' },
    { file: 'picture-12.png', kind: 'blank', reason: 'one colour', item: 12 },
    { file: 'picture-99.png', kind: 'duplicate', reason: 'same as 98', item: 99 },
  ]);
  store.datasets.finish(id, importedRecord('big', count, classes));
});
afterAll(() => {
  store.file.close();
  rmSync(folder, { recursive: true });
});

it('pages, filters and counts a hundred thousand items', () => {
  const page = (filter: Parameters<Store['items']['page']>[1], offset = 0, limit = 50) =>
    store.items.page(id, filter, offset, limit);

  expect(page({}, 99_990, 50)).toEqual({ total: count, items: all.slice(99_990) });
  expect(page({}, 40_000, 3).items).toEqual(all.slice(40_000, 40_003));

  const threes = all.filter(({ label, split }) => label === 3 && split === 'test');
  expect(page({ label: 3, split: 'test' }, 100, 20)).toEqual({ total: threes.length, items: threes.slice(100, 120) });
  expect(page({ label: -1 }).total).toBe(count / 10);

  expect(page({ text: 'PICTURE-4242' }).items.map(({ index }) => index)).toEqual([
    4242,
    ...Array.from({ length: 10 }, (_, at) => 42_420 + at),
  ]);
  expect(page({ text: 'three' }).total).toBe(all.filter(({ label }) => label === 3).length);
  expect(page({ text: '%' }).total).toBe(0);
  expect(page({ text: 'folder_3/' }).total).toBe(all.filter(({ index }) => index % 7 === 3).length);

  expect(page({ places: [7, 3, 40_000], split: all[3]!.split }).items.map(({ index }) => index)).toEqual(
    [3, 7, 40_000].filter((at) => all[at]!.split === all[3]!.split),
  );
  expect(page({ places: [] }).total).toBe(0);
  expect(page({ problems: true }).items.map(({ index }) => index)).toEqual([12, 99]);
  expect(page({ problems: false }).total).toBe(count - 2);
  expect(store.items.at(id, [7, 3, count])).toEqual([all[7], all[3]]);
  expect(store.items.problems(id)).toHaveLength(3);
});

it('counts the items of each class and split, those without a label last', () => {
  const { classes: names, counts } = store.items.distribution(id);
  expect(names).toEqual(classes);
  const expected = [...classes.keys(), -1].map((label) =>
    (['train', 'validation', 'test'] as const).map(
      (split) => all.filter((item) => item.label === label && item.split === split).length,
    ),
  );
  expect(counts).toEqual(expected);
});
