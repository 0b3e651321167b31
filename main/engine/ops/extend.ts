/** Padding that continues what is there, for borders that zeros would give away. */

import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

/** `reflect`: as in a mirror at the outermost element, which is not repeated. `edge`: the outermost element, repeated. */
export const extend: Op<OpAttributes['extend']> = {
  shape([x], { before, after, mode }) {
    expectFloat('extend', x);
    const rank = x!.shape.length;
    if (before.length !== rank || after.length !== rank) {
      throw new Error(`extend: needs [before, after] for each axis of ${show(x!.shape)}, got ${before.length}`);
    }
    return x!.shape.map((dim, axis) => {
      const [first, last] = [before[axis]!, after[axis]!];
      if (first === 0 && last === 0) return dim;
      const size = fixed('extend', dim, `axis ${axis}`);
      const most = mode === 'reflect' ? size - 1 : Number.POSITIVE_INFINITY;
      if (first < 0 || last < 0 || first > most || last > most) {
        throw new Error(
          `extend: ${mode} padding must lie in [0, ${most}] on axis ${axis} of ${show(x!.shape)}, got [${first}, ${last}]`,
        );
      }
      return size + first + last;
    });
  },
  lower: (emit, [x], { before, after, mode }) => emit.node('Pad', [x!, emit.ints([...before, ...after])], { mode }),

  gradient: ({ inputs, g }, { before, after, mode }) => [
    inputs[0]!.shape.reduce((part: Tensor, dim, axis) => {
      const [first, last] = [before[axis]!, after[axis]!];
      return first === 0 && last === 0 ? part : folded(part, axis, { first, last, size: Number(dim), mode });
    }, g),
  ],
};

interface Fold {
  first: number;
  last: number;
  size: number;
  mode: 'reflect' | 'edge';
}

/** Adds what came of the padding to the elements that it repeated. */
function folded(g: Tensor, axis: number, { first, last, size, mode }: Fold): Tensor {
  const place = (part: Tensor, start: number): Tensor => {
    const length = Number(part.shape[axis]);
    return part.pad(g.shape.map((_, at) => (at === axis ? [start, size - start - length] : [0, 0])));
  };
  const back = (part: Tensor) => (mode === 'reflect' ? part.flip(axis) : part.sum(axis, true));
  let sum = g.slice(axis, first, first + size);
  if (first > 0) sum = sum.add(place(back(g.slice(axis, 0, first)), mode === 'reflect' ? 1 : 0));
  if (last > 0)
    sum = sum.add(place(back(g.slice(axis, first + size)), mode === 'reflect' ? size - 1 - last : size - 1));
  return sum;
}
