/** The data view: pages of items within bounded memory, filters in the address, options of an import. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { filterOf, queryOf } from '#renderer/views/data/filter';
import { importOptionsOf } from '#renderer/views/data/import-options';
import { Items } from '#renderer/views/data/items.svelte';
import { pageSize, pagesFor, pagesKept } from '#renderer/views/data/pages';
import { groupProblems } from '#renderer/views/data/problem-kinds';
import { fakeBridge } from '#test/dom/fake-bridge';
import { datasetRecord, problemRecords } from '#test/dom/fake-records';

describe('pages', () => {
  it.each([
    [28, 28],
    [64, 64],
    [512, 512],
  ])('of %s × %s pictures stay within 64 MB as RGBA', (height, width) => {
    expect(pageSize(height, width) * pagesKept(height, width) * height * width * 4).toBeLessThanOrEqual(64 * 2 ** 20);
  });
  it('what is in sight is asked for first, its neighbours after', () => {
    expect(pagesFor(400, 800, 200, 60_000)).toEqual([2, 3, 4, 1]);
    expect(pagesFor(0, 10, 200, 60_000)).toEqual([0, 1]);
    expect(pagesFor(59_990, 60_000, 200, 60_000)).toEqual([299, 298]);
    expect(pagesFor(0, 0, 200, 0)).toEqual([]);
  });
});

describe('items', () => {
  const dataset = datasetRecord('d-glyphs', 'glyphs');
  beforeEach(() => {
    Object.assign(window, { bridge: fakeBridge() });
    // happy-dom has no canvas; the law is about which items are where, not about pixels
    vi.stubGlobal(
      'ImageData',
      class {
        data: Uint8ClampedArray;
        constructor(width: number, height: number) {
          this.data = new Uint8ClampedArray(width * height * 4);
        }
      },
    );
  });

  it('come as they are wanted, each with its label, split and place in the sheet', async () => {
    const items = new Items(dataset);
    await vi.waitFor(() => expect(items.item(0)).toBeDefined());
    items.want(4000, 4100);
    await vi.waitFor(() => expect(items.item(4050)?.index).toBe(4050));
    const thumb = items.at(4050)!;
    expect(thumb.label).toBe(String(items.item(4050)?.label));
    expect(thumb.sprite).toMatchObject({ x: ((4050 % 200) % 20) * 28, y: Math.floor((4050 % 200) / 20) * 28 });
    expect(items.at(9000)).toBeUndefined();
  });
  it('a filter counts what fits, and places are those of the filtered list', async () => {
    const items = new Items(dataset, { split: 'test', label: 3 });
    await vi.waitFor(() => expect(items.loaded).toBe(true));
    expect(items.count).toBeGreaterThan(100);
    expect(items.count).toBeLessThan(400);
    expect(items.item(5)).toMatchObject({ label: 3, split: 'test' });
  });
  it('those with problems are flagged', async () => {
    const items = new Items(dataset);
    await vi.waitFor(() => expect(items.item(20)).toBeDefined());
    items.flag(problemRecords());
    expect([items.at(20)?.flag, items.at(21)?.flag]).toEqual([true, false]);
  });
  it('once closed nothing more is asked', async () => {
    const bridge = fakeBridge();
    Object.assign(window, { bridge });
    const items = new Items(dataset);
    items.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = bridge.asked.length;
    items.want(4000, 4100);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bridge.asked.length).toBe(before);
  });
});

const ten = {
  classes: Array.from({ length: 10 }, (_, i) => String(i)),
  factors: { names: ['shape', 'scale', 'x'], sizes: [3, 6, 32] },
};

it('a filter survives its address', () => {
  const filter = { text: 'w3/', label: 4, split: 'test' as const, problems: true, factors: { shape: 0, x: 31 } };
  const written = Object.entries(queryOf(filter, ten.factors));
  const query = Object.fromEntries(written.map(([name, value]) => [name, String(value)]));
  expect(filterOf(query, ten)).toEqual(filter);
  expect(filterOf({ label: '10', split: 'all', problems: 'yes', factors: '0:3,7:1,x' }, ten)).toEqual({});
});

it('problems are grouped by kind, and none is lost', () => {
  const groups = groupProblems(problemRecords());
  expect(groups.map(({ kind, problems }) => [kind, problems.length])).toEqual([
    ['unreadable', 2],
    ['duplicate', 12],
    ['blank', 4],
    ['skipped', 1],
  ]);
});

describe('import options', () => {
  const inspection = {
    sources: ['/x'],
    format: 'folder' as const,
    name: 'shapes',
    files: 9,
    classes: [],
    sizes: [],
    bytes: 1,
    notes: [],
  };
  const choices = {
    name: 'shapes',
    size: 'own' as const,
    side: 28,
    colour: 'own' as const,
    validation: 10,
    test: 20,
    labels: undefined,
    columns: {},
  };
  it('what is left as it is, is left out', () => {
    expect(importOptionsOf(choices, inspection)).toEqual({ split: { validation: 0.1, test: 0.2 } });
  });
  it('what was chosen is sent', () => {
    const chosen = {
      ...choices,
      name: 'toys ',
      size: 'square' as const,
      side: 32,
      colour: 'grey' as const,
      labels: '/l.csv',
    };
    expect(importOptionsOf(chosen, inspection)).toMatchObject({
      name: 'toys',
      size: 32,
      channels: 1,
      labels: '/l.csv',
    });
  });
  it('IDX files keep their own test split unless shares were chosen', () => {
    expect(importOptionsOf({ ...choices, test: 10 }, { ...inspection, format: 'idx' })).toEqual({});
  });
});
