/** The patches of a convolution as the rows of a matrix (im2col), made once for all products that read them. */

import { placesOf } from '../functions/image';
import type { Emitter } from '../onnx/emitter';
import type { Shape } from '../shape';
import type { ConvSettings } from './attributes';

/** A convolution's settings together with the sides of its kernel. */
export type Windows = ConvSettings & { readonly kernel: readonly number[] };

interface Operand {
  readonly name: string;
  readonly shape: Shape;
}

export const count = (sides: readonly number[]): number => sides.reduce((product, side) => product * side, 1);

/** The permutation [N, C, ...space] → [N, ...space, C]. */
export const channelsLast = (rank: number) => ({
  perm: [0, ...Array.from({ length: rank }, (_, axis) => axis + 2), 1],
});

/** Its inverse. */
export const channelsFirst = (rank: number) => ({
  perm: [0, rank + 1, ...Array.from({ length: rank }, (_, axis) => axis + 1)],
});

const made = new WeakMap<Emitter, Map<string, string>>();

/**
 * x: [N, C, ...space] → [N·P, K·C] for P output positions and K kernel positions, by one Gather of whole positions, C
 * numbers at a time. The forward pass and the weight gradient share them.
 */
export function patchRows(emit: Emitter, x: Operand, out: readonly number[], settings: Windows): string {
  const known = made.get(emit) ?? new Map<string, string>();
  made.set(emit, known);
  const { kernel, stride, dilation, before, after } = settings;
  const key = [x.name, out, kernel, stride, dilation, before, after].join('|');
  const rows = known.get(key) ?? gathered(emit, x, out, settings);
  known.set(key, rows);
  return rows;
}

function gathered(emit: Emitter, x: Operand, out: readonly number[], settings: Windows): string {
  const [n, c, ...size] = x.shape.map(Number) as [number, number, ...number[]];
  const byPosition = emit.node('Transpose', [padded(emit, x, settings)], channelsLast(size.length));
  const source = emit.node('Reshape', [byPosition, emit.ints([n, count(paddedSize(size, settings)), c])]);
  const table = patchTable(size, out, settings, 'output first');
  const patches = emit.node('Gather', [source, emit.constant(table, [table.length], 'int32')], { axis: 1 }); // [N, P·K, C]
  return emit.node('Reshape', [patches, emit.ints([n * count(out), count(settings.kernel) * c])]);
}

export const paddedSize = (size: readonly number[], { before, after }: ConvSettings): number[] =>
  size.map((length, axis) => length + before[axis]! + after[axis]!);

export function padded(emit: Emitter, { name }: Operand, { before, after }: ConvSettings): string {
  if (![...before, ...after].some((width) => width > 0)) return name;
  return emit.node('Pad', [name, emit.ints([0, 0, ...before, 0, 0, ...after])]);
}

/** The padded input position that each kernel position of each output position reads; the same for every item. */
export function patchTable(
  size: readonly number[],
  out: readonly number[],
  settings: Windows,
  order: 'output first' | 'kernel first',
): Int32Array {
  const { kernel, stride, dilation } = settings;
  const lengths = paddedSize(size, settings);
  const starts = placesOf(out, stride, lengths); // [P]
  const steps = placesOf(kernel, dilation, lengths); // [K]
  const [outer, inner] = order === 'output first' ? [starts, steps] : [steps, starts];
  return Int32Array.from(outer.flatMap((a) => inner.map((b) => a + b)));
}
