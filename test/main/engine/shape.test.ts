import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axesOf, batchDim, broadcast, elements, product, reducedShape, show, stretchedAxes } from '#main/engine/shape';

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

describe('broadcasting', () => {
  it('does not depend on the order of the operands', () => {
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        const attempt = (p: number[], q: number[]) => {
          try {
            return show(broadcast('test', p, q));
          } catch {
            return 'refused';
          }
        };
        return attempt(a, b) === attempt(b, a);
      }),
    );
  });

  it('with a scalar or with itself changes nothing', () => {
    fc.assert(
      fc.property(dims, (a) => show(broadcast('t', a, [])) === show(a) && show(broadcast('t', a, a)) === show(a)),
    );
  });

  it('stretches exactly the axes that summing must fold', () => {
    expect(stretchedAxes([3, 1], [2, 3, 4])).toEqual([0, 2]);
    expect(stretchedAxes([1], [1])).toEqual([]);
  });
});

describe('an open batch size', () => {
  it('multiplies with numbers, once', () => {
    expect(product([2, batchDim, 3])).toEqual({ batch: 6 });
    expect(show([batchDim, { batch: 6 }, 2])).toBe('[N, 6N, 2]');
    expect(() => product([batchDim, batchDim])).toThrow('only one size of [N, N] may depend on the batch size');
  });

  it('passes through broadcasting and reductions', () => {
    expect(broadcast('t', [batchDim, 1], [5])).toEqual([batchDim, 5]);
    expect(reducedShape([batchDim, 5], [1], true)).toEqual([batchDim, 1]);
    expect(() => elements('mean', [batchDim])).toThrow('mean: needs a fixed batch size, got shape [N]');
  });
});

it('axes count from either end and lose repeats', () => {
  expect(axesOf('t', [2, 3, 4], [-1, 0, 2])).toEqual([0, 2]);
  expect(axesOf('t', [2, 3])).toEqual([0, 1]);
});
