import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, cellAt, cellsBetween, changedCells, squaredError } from '#renderer/explorers/codebook/edit';

const codes = Int32Array.of(1, 2, 1, 3);

describe('tools', () => {
  it('paint changes one cell and leaves the map it came from alone', () => {
    const next = apply('paint', codes, 2, 9);
    expect([...next]).toEqual([1, 2, 9, 3]);
    expect([...codes]).toEqual([1, 2, 1, 3]);
  });

  it('replace changes every cell of that code and no other', () => {
    expect([...apply('replace', codes, 0, 7)]).toEqual([7, 2, 7, 3]);
  });

  it('what changes nothing gives the same map back', () => {
    expect(apply('paint', codes, 1, 2)).toBe(codes);
    expect(apply('pick', codes, 1, 9)).toBe(codes);
    expect(apply('paint', codes, 99, 9)).toBe(codes);
  });
});

describe('a drag', () => {
  it('leaves no gaps, however fast: neighbours touch, both ends are there', () => {
    fc.assert(
      fc.property(fc.nat(7 * 9 - 1), fc.nat(7 * 9 - 1), (from, to) => {
        const cells = cellsBetween(from, to, 7);
        expect([cells[0], cells.at(-1)]).toEqual([from, to]);
        for (let i = 1; i < cells.length; i++) {
          const [a, b] = [cells[i - 1]!, cells[i]!];
          expect(Math.abs((a % 7) - (b % 7))).toBeLessThanOrEqual(1);
          expect(Math.abs(Math.floor(a / 7) - Math.floor(b / 7))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('cells', () => {
  it('are found by their share of the picture', () => {
    const size = { width: 70, height: 40 };
    const map = { width: 7, height: 4 };
    expect(cellAt(0, 0, size, map)).toBe(0);
    expect(cellAt(69.9, 39.9, size, map)).toBe(27);
    expect(cellAt(15, 25, size, map)).toBe(15);
    expect(cellAt(70, 0, size, map)).toBeUndefined();
    expect(cellAt(-0.1, 0, size, map)).toBeUndefined();
  });

  it('changed ones are those that differ, and painting back leaves none', () => {
    const painted = apply('paint', codes, 0, 5);
    expect(changedCells(codes, painted)).toEqual([0]);
    expect(changedCells(codes, apply('paint', painted, 0, 1))).toEqual([]);
  });
});

it('the distance of pictures is that of values in [0, 1]', () => {
  expect(squaredError(Uint8Array.of(255, 0), Uint8Array.of(0, 0))).toBe(0.5);
  expect(squaredError(Uint8Array.of(9, 8), Uint8Array.of(9, 8))).toBe(0);
});
