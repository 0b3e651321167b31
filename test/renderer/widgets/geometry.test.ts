/** The pure parts of the lists and grids: what is in sight, where a key leads, where something floats. */
import { describe, expect, it } from 'vitest';
import { rangeError, readNumber, stepped, writeNumber } from '#renderer/widgets/number-field';
import { place } from '#renderer/widgets/place';
import { nextIndex } from '#renderer/widgets/rove';
import { gridShape, itemAt, moveIn } from '#renderer/widgets/thumbs';
import { scrollFor, visibleRows } from '#renderer/widgets/virtual';

describe('visible rows', () => {
  it('covers the window and no more than a few rows besides, however long the list', () => {
    const { first, last } = visibleRows(60_000, 20, 400_000, 600);
    expect(first).toBeLessThanOrEqual(20_000);
    expect(last).toBeGreaterThanOrEqual(20_030);
    expect(last - first).toBeLessThan(40);
  });
  it('never leaves the list', () => {
    expect(visibleRows(0, 20, 0, 600)).toEqual({ first: 0, last: 0 });
    expect(visibleRows(10, 20, 99_999, 600)).toEqual({ first: 10, last: 10 });
  });
  it('scrolls no further than needed to show a row', () => {
    expect(scrollFor(3, 20, 0, 200)).toBe(0);
    expect(scrollFor(10, 20, 0, 200)).toBe(20);
    expect(scrollFor(1, 20, 100, 200)).toBe(20);
  });
});

describe('the thumbnail grid', () => {
  const shape = gridShape(100, 300, 50, 3);
  it('fills the width with whole cells of about the wished size', () => {
    expect(shape.columns).toBe(5);
    expect(shape.cell * shape.columns + 3 * (shape.columns - 1)).toBeCloseTo(300);
  });
  it('finds the item that was drawn at a place, and none between two', () => {
    for (const index of [0, 4, 5, 57, 99]) {
      const x = (index % shape.columns) * shape.pitch + shape.cell / 2;
      const y = Math.floor(index / shape.columns) * shape.pitch + shape.cell / 2;
      expect(itemAt(shape, 100, x, y)).toBe(index);
    }
    expect(itemAt(shape, 100, shape.cell + 1, 1)).toBeUndefined();
    expect(itemAt(shape, 98, 4 * shape.pitch + 1, 19 * shape.pitch + 1)).toBeUndefined();
  });
  it.each([
    ['ArrowRight', 8],
    ['ArrowDown', 12],
    ['ArrowUp', 2],
    ['Home', 0],
    ['End', 99],
    ['PageDown', 22],
    ['PageUp', 0],
    ['a', undefined],
  ])('%s leads from item 7 to %s', (key, to) => expect(moveIn(shape, 100, 3, 7, key)).toBe(to));
  it('arrow keys stop at the ends', () => {
    expect(moveIn(shape, 100, 3, 0, 'ArrowLeft')).toBe(0);
    expect(moveIn(shape, 100, 3, 97, 'ArrowDown')).toBe(97);
  });
});

describe('number field', () => {
  it('reads what it writes', () => {
    for (const value of [0, 128, -1.5, 0.002, 1e-6, 12_345.678]) expect(readNumber(writeNumber(value))).toBe(value);
  });
  it.each([
    ['1 024', 1024],
    ['\u22121', -1],
    ['0,25', 0.25],
    ['2e-3', 0.002],
  ])('understands %s', (text, value) => expect(readNumber(text)).toBe(value));
  it.each(['', 'abc', '1..2'])('does not take “%s” for a number', (text) => expect(readNumber(text)).toBeNaN());
  it('says what must hold', () => {
    expect(rangeError('Codebook size', 1, { min: 2 })).toBe('Codebook size must be 2 or more');
    expect(rangeError('Share', 2, { min: 0, max: 1 })).toBe('Share must lie between 0 and 1');
    expect(rangeError('Steps', 1.5, { integer: true })).toBe('Steps must be a whole number');
    expect(rangeError('Steps', 2, { min: 2, max: 2 })).toBeUndefined();
  });
  it('steps without binary dust and stays in range', () => {
    expect(stepped(0.1, 0.2, {})).toBe(0.3);
    expect(stepped(0.9, 0.2, { max: 1 })).toBe(1);
    expect(stepped(3, -10, { min: 2, integer: true })).toBe(2);
  });
});

describe('floating and roving', () => {
  const window = { width: 1000, height: 600 };
  it('stands below its anchor, or above where there is no room below', () => {
    expect(place({ left: 10, top: 10, width: 80, height: 28 }, { width: 200, height: 100 }, window, 'start')).toEqual({
      left: 10,
      top: 42,
    });
    expect(place({ left: 10, top: 560, width: 80, height: 28 }, { width: 200, height: 100 }, window, 'start').top).toBe(
      456,
    );
  });
  it('never leaves the window', () => {
    const { left } = place({ left: 950, top: 10, width: 40, height: 28 }, { width: 200, height: 100 }, window, 'start');
    expect(left + 200).toBeLessThanOrEqual(1000);
  });
  it('arrow keys go around, Home and End to the ends', () => {
    expect([
      nextIndex('ArrowDown', 2, 3),
      nextIndex('ArrowUp', 0, 3),
      nextIndex('End', 0, 3),
      nextIndex('Home', 2, 3),
    ]).toEqual([0, 2, 2, 0]);
    expect(nextIndex('Tab', 0, 3)).toBeUndefined();
    expect(nextIndex('Home', 0, 0)).toBeUndefined();
  });
});
