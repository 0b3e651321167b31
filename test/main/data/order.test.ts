import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochsOf, trainingOrder } from '#main/data';

/** A permutation that depends on nothing but epoch and n. */
function shuffled(epoch: number, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let state = epoch * 2654435761 + 1;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

describe('the order of training', () => {
  it('takes every item exactly once an epoch, in full batches, also where the batch does not divide the items', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (n, batch) => {
        const items = Array.from({ length: n }, (_, i) => 100 + 3 * i);
        const at = trainingOrder(items, batch, shuffled);
        const row: number[] = [];
        for (let step = 1; row.length < 3 * n; step++) {
          expect(at(step)).toHaveLength(batch);
          row.push(...at(step));
        }
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = row.slice(epoch * n, (epoch + 1) * n);
          expect([...seen].sort((a, b) => a - b)).toEqual(items);
          expect(seen).toEqual([...shuffled(epoch, n)].map((i) => items[i]));
        }
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('gives a step the same items whatever was asked before', () => {
    const items = Array.from({ length: 23 }, (_, i) => i);
    const straight = trainingOrder(items, 10, shuffled);
    const all = Array.from({ length: 12 }, (_, i) => straight(i + 1));
    for (const step of [12, 3, 7, 1, 12]) expect(trainingOrder(items, 10, shuffled)(step)).toEqual(all[step - 1]);
    for (const step of [9, 2, 11, 5]) expect(straight(step)).toEqual(all[step - 1]);
  });

  it('draws a permutation once an epoch while steps go forward', () => {
    const drawn: number[] = [];
    const at = trainingOrder(new Uint32Array(100), 10, (epoch, n) => {
      drawn.push(epoch);
      return shuffled(epoch, n);
    });
    for (let step = 1; step <= 30; step++) at(step);
    expect(drawn).toEqual([0, 1, 2]);
  });

  it('refuses an empty choice as a bug of ours', () => {
    expect(() => trainingOrder([], 4, shuffled)).toThrow('internal: no order over 0 items');
  });
});

it('counts epochs as items seen over items', () => {
  expect(epochsOf(30, 10, 100)).toBe(3);
  expect(epochsOf(5, 64, 128)).toBe(2.5);
});
