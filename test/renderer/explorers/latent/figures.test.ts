import { describe, expect, it } from 'vitest';
import { codeRows, dimensionRows, spaceFigures, weightShare } from '#renderer/explorers/latent/figures';
import { cellUnder, gridShape } from '#renderer/explorers/latent/traversal';
import { latentRecord } from '#test/dom/fake-latent';

const space = latentRecord(5);

it('the table of dimensions has a row for each, with names and what each tells of factors', () => {
  const [head, ...rows] = dimensionRows(space, { 1: 'height' }, new Float32Array(10));
  expect(rows).toHaveLength(10);
  expect(head?.slice(-3)).toEqual(['information_x', 'information_y', 'information_size']);
  expect(rows[1]?.[1]).toBe('height');
  expect(rows[1]?.at(-2)).toBeCloseTo(0.9);
});

it('figures add the KL of dimensions, count those in use and weigh purity by items', () => {
  expect(spaceFigures(space)).toMatchObject({ used: 7, mig: 0.61, purity: undefined });
  expect(spaceFigures(space).kl).toBeCloseTo(9.27, 4);
  const prototypes = {
    pictures: { count: 3, height: 1, width: 1, channels: 1 as const, pixels: new Uint8Array(3) },
    ...{ counts: Uint32Array.of(30, 10, 5), majority: Int32Array.of(4, 2, -1), purity: Float32Array.of(1, 0.5, 0) },
  };
  expect(spaceFigures({ ...space, prototypes }).purity).toBeCloseTo(35 / 40);
});

it('bars are shares of the largest', () => {
  expect(weightShare(space, 1)).toBe(1);
  expect(weightShare(space, 8)).toBeLessThan(0.01);
});

it('codes are written one a row', () => {
  expect(codeRows(Float32Array.of(1, 2, 3, 4), 2, ['a', 'b'])).toEqual([
    ['code', 'z0', 'z1'],
    ['a', 1, 2],
    ['b', 3, 4],
  ]);
});

describe('the grid of traversals', () => {
  const shape = gridShape({ width: 430, stops: 11, rows: 5, used: 3, ratio: 1 });
  it('finds the cell that was drawn at a point, for every cell', () => {
    for (let row = 0; row < 5; row++)
      for (let stop = 0; stop < 11; stop++)
        expect(cellUnder(shape, stop * shape.pitchX + 4, shape.top(row) + 4, 5, 11)).toEqual({ row, stop });
  });
  it('has nothing between cells, and sets unused dimensions apart', () => {
    expect(cellUnder(shape, shape.cell + 1.5, shape.top(0) + 4, 5, 11)).toBeUndefined();
    expect(shape.top(3) - shape.top(2)).toBeGreaterThan(shape.top(2) - shape.top(1));
  });
});
