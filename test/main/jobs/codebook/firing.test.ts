import { expect, it } from 'vitest';
import { firingOf } from '#main/jobs/codebook/firing';

// Four items, maps of 1 × 3; the last has no label.
const question = {
  codes: Int32Array.of(5, 1, 5, 1, 1, 1, 2, 5, 1, 5, 5, 5),
  places: 3,
  code: 5,
  position: undefined,
  labels: Int32Array.of(0, 0, 1, -1),
  classes: 3,
};

it('counts items, places and positions, those that fire most first', () => {
  expect(firingOf(question)).toEqual({
    items: 3,
    places: 6,
    positions: Uint32Array.of(2, 2, 2),
    byClass: [0.5, 1, 0], // the third class has no items
    chosen: [
      { at: 3, cells: [0, 1, 2] },
      { at: 0, cells: [0, 2] },
      { at: 2, cells: [1] },
    ],
  });
});

it('at one position counts only what fires there; the histogram stays whole', () => {
  const { items, places, positions, byClass, chosen } = firingOf({ ...question, position: 0 });
  expect({ items, places, positions, byClass }).toEqual({
    items: 2,
    places: 2,
    positions: Uint32Array.of(2, 2, 2),
    byClass: [0.5, 0, 0],
  });
  expect(chosen.map(({ at }) => at)).toEqual([3, 0]);
});

it('a code that never fires has no items', () => {
  expect(firingOf({ ...question, code: 7 })).toMatchObject({ items: 0, places: 0, chosen: [] });
});
