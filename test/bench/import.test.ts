/** Laws of the bench of imports: what is measured, and where it is written. */
import { describe, expect, it } from 'vitest';
import { figuresOf, type Round } from '../../bench/import/rounds';
import { linesOf } from '../../bench/import/tables';
import { partsOf, withPart } from '../../bench/parts';

const round = (read: number, seconds: number, peak: number): Round => ({
  read: { seconds: read, cpu: read, peak: 5, idle: 1 },
  import: { seconds, cpu: seconds, peak, idle: 2, rows: 100, features: 3 },
});

it('the table that is made has the rows and columns it says, and is the same each time', () => {
  const text = [...linesOf(12_000)].join('');
  const [head, ...rows] = text.trimEnd().split('\n');
  expect(head!.split(',')).toHaveLength(30);
  expect(rows).toHaveLength(12_000);
  expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([30]));
  expect(new Set(rows).size).toBe(12_000);
  expect([...linesOf(12_000)].join('')).toBe(text);
});

it('an import is set beside the plain reading of its own round, and its memory is the most of all rounds', () => {
  const rounds = [round(1, 10, 7), round(2, 10, 9), round(1, 30, 8)];
  const { ratio, peak, rowsPerSecond } = figuresOf({ id: 'x', title: 'x', bytes: 1, rounds });
  expect(ratio).toEqual({ median: 10, low: 5, high: 30 });
  expect(rowsPerSecond.median).toBe(10);
  expect(peak).toBe(9);
});

describe('a part of the page', () => {
  const page = '# Speed\n\ntable\n';

  it('is put at the end, and replaced in its place', () => {
    const one = withPart(withPart(page, 'import', 'old'), 'other', 'stays');
    const two = withPart(one, 'import', 'new');
    expect(two).toBe(one.replace('old', 'new'));
    expect(two).toContain('# Speed\n\ntable\n\n<!-- part import -->\n\nnew\n\n<!-- /part import -->');
    expect(two).toContain('stays');
  });

  it('is found again when the rest of the page is written anew', () => {
    const written = withPart(withPart(page, 'import', 'a'), 'other', 'b');
    expect(partsOf(written)).toHaveLength(2);
    expect(partsOf(page)).toEqual([]);
    expect(withPart('', 'import', 'a').trimEnd()).toBe(partsOf(written)[0]);
  });
});
