import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeGrid,
  codeOnPlane,
  layPlane,
  movePlace,
  orderCodes,
  placeAt,
  usageShare,
} from '#renderer/explorers/codebook/grid';

const book = { size: 5, counts: Uint32Array.of(3, 0, 9, 3, 1), similarityOrder: Int32Array.of(4, 2, 0, 1, 3) };

describe('the order of the codes', () => {
  it('is by usage with equal ones by number, by likeness, or by number', () => {
    expect([...orderCodes(book, 'usage')]).toEqual([2, 0, 3, 4, 1]);
    expect([...orderCodes(book, 'similarity')]).toEqual([4, 2, 0, 1, 3]);
    expect([...orderCodes(book, 'index')]).toEqual([0, 1, 2, 3, 4]);
  });

  it('never loses or repeats a code', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 200 }), (counts) => {
        const size = counts.length;
        const order = orderCodes(
          { size, counts: Uint32Array.from(counts), similarityOrder: new Int32Array(size) },
          'usage',
        );
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
        for (let i = 1; i < size; i++) expect(counts[order[i]!]!).toBeLessThanOrEqual(counts[order[i - 1]!]!);
      }),
    );
  });
});

describe('the grid', () => {
  it('finds each code under its own middle, and none between two', () => {
    const shape = codeGrid(128, 480);
    for (let place = 0; place < 128; place++) {
      const x = (place % shape.columns) * shape.pitchX;
      const y = Math.floor(place / shape.columns) * shape.pitchY;
      expect(placeAt(shape, 128, x + shape.cell / 2, y + shape.cell / 2)).toBe(place);
    }
    expect(placeAt(shape, 128, shape.cell + 1, 5)).toBeUndefined();
    expect(placeAt(shape, 128, -1, 5)).toBeUndefined();
    expect(placeAt(shape, 3, shape.pitchX * 3 + 2, 5)).toBeUndefined();
  });

  it('fills the width and keeps all rows', () => {
    for (const size of [1, 7, 64, 512, 8192]) {
      const { columns, rows, cell, pitchX } = codeGrid(size, 480);
      expect(columns * rows).toBeGreaterThanOrEqual(size);
      expect((columns - 1) * pitchX + cell).toBeLessThanOrEqual(480.001);
    }
  });

  it('is walked with the arrow keys without leaving it', () => {
    const shape = { columns: 4 };
    expect(movePlace(shape, 10, 3, 'ArrowRight')).toBe(4);
    expect(movePlace(shape, 10, 3, 'ArrowDown')).toBe(7);
    expect(movePlace(shape, 10, 8, 'ArrowDown')).toBe(8);
    expect(movePlace(shape, 10, 0, 'ArrowLeft')).toBe(0);
    expect(movePlace(shape, 10, 4, 'PageDown')).toBe(9);
    expect(movePlace(shape, 10, 4, 'x')).toBeUndefined();
  });
});

describe('the plane', () => {
  const plane = Float32Array.of(-1, -1, 1, 1, 0, 0);

  it('keeps every code inside, the largest second component on top', () => {
    const corners = layPlane(plane, 200, 100, 20);
    expect([...corners]).toEqual([0, 80, 180, 0, 90, 40]);
  });

  it('finds the topmost of codes that overlap', () => {
    const corners = layPlane(Float32Array.of(0, 0, 0, 0), 50, 50, 20);
    expect(codeOnPlane(corners, 20, corners[0]! + 5, corners[1]! + 5)).toBe(1);
    expect(codeOnPlane(corners, 20, corners[0]! + 40, corners[1]!)).toBeUndefined();
  });
});

it('a usage bar is empty only for a dead code and full only for the most used', () => {
  expect(usageShare(0, 100)).toBe(0);
  expect(usageShare(1, 1_000_000)).toBeGreaterThan(0);
  expect(usageShare(100, 100)).toBe(1);
  expect(usageShare(10, 100)).toBeLessThan(1);
});
