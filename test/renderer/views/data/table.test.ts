import { describe, expect, it } from 'vitest';
import { importOptionsOf, kindsAsBefore, withKind } from '#renderer/views/data/import-options';
import { binsOfRange, cellText, numberText, rangeOfBins } from '#renderer/views/data/table/cells';
import { columnCsv, columnSvg } from '#renderer/views/data/table/column-picture';
import { filterOf, nextSort, queryOf, sortOf, sortText, withColumn } from '#renderer/views/data/table/row-filter';
import { tableInspection, tableRecord } from '#test/dom/fake-table';

const table = tableRecord();
const [amount, place] = table.table.columns as [(typeof table.table.columns)[0], (typeof table.table.columns)[0]];
const text = (query: Record<string, string | number | undefined>) =>
  Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );

describe('the filter in the address', () => {
  it('comes back as it went', () => {
    const columns = [
      { column: 0, from: 0.5, to: 20 },
      { column: 1, words: [0, 2] },
      { column: 1, missing: true },
    ];
    const filter = { text: 'web', label: 1, split: 'test' as const, duplicates: true, missing: true, columns };
    expect(filterOf(text(queryOf(filter)), table)).toEqual(filter);
    expect(queryOf({})).toEqual(text({}));
    expect(text(queryOf({}))).toEqual({});
  });

  it('what does not fit the table is no filter', () => {
    expect(filterOf({ label: '7', split: 'all', columns: '9:1..2;x' }, table)).toEqual({ columns: [] });
    expect(filterOf({ columns: '0:one..two' }, table)).toEqual({});
    expect(sortOf({ sort: '77' }, table)).toBeUndefined();
  });

  it('sorts up, then down, then not at all', () => {
    const up = nextSort(undefined, 0);
    const down = nextSort(up, 0);
    expect([up, down, nextSort(down, 0), nextSort(down, 'label')]).toEqual([
      ...[{ by: 0 }, { by: 0, descending: true }, undefined, { by: 'label' }],
    ]);
    expect(sortOf({ sort: sortText(down)! }, table)).toEqual(down);
  });

  it('one condition for each column', () => {
    const narrow = withColumn(withColumn({ label: 1 }, 0, { from: 1, to: 2 }), 0, { from: 3, to: 4 });
    expect(narrow).toEqual({ label: 1, columns: [{ column: 0, from: 3, to: 4 }] });
    expect(withColumn(narrow, 0, undefined)).toEqual({ label: 1 });
  });
});

describe('the histogram of a column, saved', () => {
  const rowsOf = (text: string) =>
    text
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));

  it('as numbers: every bin with its range or word, all rows, and those that fit', () => {
    const [head, ...rows] = rowsOf(columnCsv(amount, undefined));
    expect(head).toEqual(['from', 'to', 'rows']);
    expect(rows.map(([, , n]) => Number(n))).toEqual(amount.histogram);
    expect([Number(rows[0]![0]), Number(rows.at(-1)![1])]).toEqual([amount.range!.min, amount.range!.max]);
    expect(rows.slice(1).map(([from]) => from)).toEqual(rows.slice(0, -1).map(([, to]) => to));
    expect(rowsOf(columnCsv(place, [1, 2, 3]))).toEqual([
      ['word', 'rows', 'rows that fit'],
      ...place.words!.map((word, i) => [word, String(place.histogram[i]), String(i + 1)]),
    ]);
  });

  it('as a picture that stands alone: no variables are left, names cannot break it, one bar for each bin that has rows', () => {
    const named = { ...amount, name: 'a < b & c' };
    const svg = columnSvg(named, undefined, () => '#123456');
    expect(svg).not.toContain('var(');
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('title')?.textContent).toBe('a < b & c');
    const bars = (text: string) => text.match(/<rect x=/g)?.length;
    expect(bars(svg)).toBe(amount.histogram.filter((n) => n > 0).length);
    const fit = amount.histogram.map((n, i) => (i < 5 ? n : 0));
    expect(bars(columnSvg(named, fit, () => '#123456'))).toBe(bars(svg)! + fit.filter((n) => n > 0).length);
    expect(columnSvg(place, undefined, () => '#123456')).toContain('>web<');
  });
});

describe('values and bins', () => {
  it('in words', () => {
    expect([0.1 + 0.2, -1234567, 12345678, 0.00001, 0, Number.NaN].map(numberText)).toEqual([
      ...['0.3', '−1234567', '1.235e+7', '1e−5', '0', '–'],
    ]);
    expect([cellText(place, 1), cellText(place, Number.NaN), cellText(amount, 2.5)]).toEqual(['web', '–', '2.5']);
  });

  it('a brush over bins is the range that lights up the same bins again', () => {
    for (const [first, last] of [
      [0, 31],
      [0, 0],
      [3, 9],
      [31, 31],
    ] as const)
      expect(binsOfRange(amount, rangeOfBins(amount, first, last))).toEqual([first, last]);
    expect(rangeOfBins(amount, 0, 31)).toEqual({ from: 0, to: 249.5 });
  });
});

describe('kinds of columns before the import', () => {
  const found = tableInspection(['x.csv']).table!.columns;

  it('only what was changed is sent', () => {
    const changed = withKind(withKind({}, found, 'amount', 'category'), found, 'amount', 'number');
    expect(changed).toEqual({});
    const choices = { name: 'cards', size: 'own', side: 28, colour: 'own', validation: 10, test: 10 } as const;
    const columns = withKind({}, found, 'amount', 'skipped');
    expect(importOptionsOf({ ...choices, labels: undefined, columns }, tableInspection(['x.csv']))).toEqual({
      ...{ columns: { amount: 'skipped' }, split: { validation: 0.1, test: 0.1 } },
    });
  });

  it('another label leaves the former one out, so that no model learns from it', () => {
    const once = withKind({}, found, 'place', 'label');
    expect(once).toEqual({ place: 'label', fraud: 'skipped' });
    expect(withKind(once, found, 'fraud', 'label')).toEqual({ place: 'skipped' });
  });

  it('what was chosen for the version before is proposed again', () => {
    const before = tableRecord();
    before.table.columns[0] = { ...amount, kind: 'skipped' };
    expect(kindsAsBefore(found, before)).toEqual({ amount: 'skipped' });
    expect(kindsAsBefore(found, undefined)).toEqual({});
  });
});
