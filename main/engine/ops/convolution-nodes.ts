/** The ONNX nodes of a convolution and of its transpose: the fastest form, and one that is right on every device. */

import type { Emitter } from '../onnx/emitter';
import type { Shape } from '../shape';
import { isFixed } from '../shape';
import type { ConvSettings, OpAttributes } from './attributes';
import { channelsFirst, channelsLast, count, patchRows } from './patches';

interface Operand {
  readonly name: string;
  readonly shape: Shape;
}

export interface Convolution<Settings extends ConvSettings = ConvSettings> {
  readonly x: Operand;
  readonly weight: Operand;
  readonly bias: Operand | undefined;
  readonly settings: Settings;
  /** The shape of the result. */
  readonly result: Shape;
}

/** Sizes as ONNX's Reshape takes them: −1 for an open number of items. */
const sizes = (shape: Shape): number[] => shape.map((dim) => (isFixed(dim) ? dim : -1));

const windowOf = (weight: Operand): number[] => sizes(weight.shape).slice(2);

const names = ({ x, weight, bias }: Convolution): string[] => [x.name, weight.name, ...(bias ? [bias.name] : [])];

const attributes = ({ weight, settings: { stride, dilation, before, after, groups } }: Convolution) => ({
  kernel_shape: windowOf(weight),
  strides: stride,
  dilations: dilation,
  pads: [...before, ...after],
  group: groups,
});

const plainConv = (emit: Emitter, call: Convolution): string => emit.node('Conv', names(call), attributes(call));

/**
 * On WebGPU two faults of ONNX Runtime 1.30 are gone around, found by comparing every pair of channel counts with the
 * CPU: vectors of 4 outputs may straddle two groups, and inputs are read 3 at a time as if there were no fourth.
 */
export function convNode(emit: Emitter, call: Convolution): string {
  if (emit.target === 'cpu' && isSmall(call)) return productConv(emit, call);
  if (emit.target !== 'webgpu') return plainConv(emit, call);
  const { x, weight, settings } = call;
  const [out, channels] = sizes(weight.shape) as [number, number];
  const each = out / settings.groups;
  if (settings.groups > 1 && each > 4 && each % 4 > 0) {
    const [wide, kernel] = [up(each, 4), sizes(weight.shape).slice(1)];
    const split = reshaped(emit, weight, [settings.groups, each, ...kernel]);
    const joined = reshaped(emit, padded(emit, split, 1, wide - each), [settings.groups * wide, ...kernel]);
    return withWiderGroups(emit, { ...call, weight: joined }, each, wide, plainConv);
  }
  if (settings.groups === 1 && channels > 3 && channels % 3 === 0 && channels % 4 > 0 && out % 4 === 0) {
    const more = up(channels, 4) - channels;
    return plainConv(emit, { ...call, x: padded(emit, x, 1, more), weight: padded(emit, weight, 1, more) });
  }
  return plainConv(emit, call);
}

/**
 * ONNX Runtime's Conv works item by item and hands each item out to the threads anew. Where an item has few positions,
 * one product over the patches of all items beats it: at 7 × 7, 64 items and 128 channels by 7 to 16 % of the CPU time on
 * one thread, and by more the more threads there are. At 16 × 16 it loses by a third.
 */
const FEW_POSITIONS = 64;
const ENOUGH_CHANNELS = 16;
const ENOUGH_ROWS = 256;

function isSmall({ x, weight, settings, result }: Convolution): boolean {
  const [items, out, ...space] = result;
  const positions = count(space.map(Number));
  const channels = Math.min(Number(x.shape[1]), Number(out));
  return (
    isFixed(items!) &&
    settings.groups === 1 &&
    count(windowOf(weight)) > 1 &&
    positions <= FEW_POSITIONS &&
    channels >= ENOUGH_CHANNELS &&
    items * positions >= ENOUGH_ROWS
  );
}

function productConv(emit: Emitter, { x, weight, bias, settings, result }: Convolution): string {
  const [items, out, ...space] = sizes(result) as [number, number, ...number[]];
  const kernel = windowOf(weight);
  const patches = patchRows(emit, x, space, { ...settings, kernel }); // [N·P, K·C]
  const turned = emit.node('Transpose', [weight.name], channelsLast(kernel.length)); // [O, K, C]
  const matrix = emit.node('Reshape', [turned, emit.ints([out, count(kernel) * Number(x.shape[1])])]);
  const rows = emit.node('Gemm', [patches, matrix, ...(bias ? [bias.name] : [])], { transB: 1 }); // [N·P, O]
  const byPosition = emit.node('Reshape', [rows, emit.ints([items, ...space, out])]);
  return emit.node('Transpose', [byPosition], channelsFirst(space.length));
}

type Transposed = Convolution<OpAttributes['convTranspose']>;

export function convTransposeNode(emit: Emitter, call: Transposed): string {
  const { weight, settings } = call;
  if (emit.target === 'cpu' && isFlippable(call)) return flippedConv(emit, call);
  const [channels, each] = sizes(weight.shape) as [number, number];
  // A fault of ONNX Runtime 1.30 on WebGPU: a lone output of a group sums only half of an even number of inputs.
  if (emit.target === 'webgpu' && settings.groups > 1 && each === 1 && (channels / settings.groups) % 2 === 0) {
    return withWiderGroups(emit, { ...call, weight: padded(emit, weight, 1, 1) }, 1, 2, plainConvTranspose);
  }
  return plainConvTranspose(emit, call);
}

function plainConvTranspose(emit: Emitter, call: Transposed): string {
  const { x, weight, settings } = call;
  const { stride, dilation, before, after, size } = settings;
  // Positions that the strides skipped over get theirs back as output padding.
  const left = windowOf(weight).map((side, axis) => {
    const spread = (Number(x.shape[axis + 2]) - 1) * stride[axis]! + dilation[axis]! * (side - 1) + 1;
    return size[axis]! - (spread - before[axis]! - after[axis]!);
  });
  return emit.node('ConvTranspose', names(call), { ...attributes(call), output_padding: left });
}

const isFlippable = ({ weight, settings: { stride, dilation, before, after } }: Transposed): boolean =>
  windowOf(weight).every((side, axis) => {
    const farthest = dilation[axis]! * (side - 1);
    return stride[axis] === 1 && before[axis]! <= farthest && after[axis]! <= farthest;
  });

/** At stride 1 a transposed convolution is a convolution with the kernel turned by 180°: 20 to 40 % faster. */
function flippedConv(emit: Emitter, call: Transposed): string {
  const { weight, settings } = call;
  const { groups, dilation } = settings;
  const [channels, each, ...window] = sizes(weight.shape) as [number, number, ...number[]];
  const split = groups === 1 ? weight : reshaped(emit, weight, [groups, channels / groups, each, ...window]);
  const swapped = transposed(emit, split, groups === 1 ? 0 : 1);
  const joined = groups === 1 ? swapped : reshaped(emit, swapped, [groups * each, channels / groups, ...window]);
  const around = (padding: readonly number[]) =>
    padding.map((width, axis) => dilation[axis]! * (window[axis]! - 1) - width);
  const turned = { ...settings, before: around(settings.before), after: around(settings.after) };
  return convNode(emit, { ...call, weight: flipped(emit, joined), settings: turned });
}

/** Swaps an axis with the next one. */
function transposed(emit: Emitter, { name, shape }: Operand, axis: number): Operand {
  const perm = shape.map((_, at) => (at === axis ? axis + 1 : at === axis + 1 ? axis : at));
  return { name: emit.node('Transpose', [name], { perm }), shape: perm.map((at) => shape[at]!) };
}

/** Reverses the axes of space. */
function flipped(emit: Emitter, { name, shape }: Operand): Operand {
  const axes = shape.flatMap((side, axis) => (axis > 1 && side !== 1 ? [axis] : []));
  if (axes.length === 0) return { name, shape };
  const each = (value: number) => emit.ints(axes.map(() => value));
  const far = -(2 ** 31); // before the first element, so that the reversed slice includes it
  return { name: emit.node('Slice', [name, each(-1), each(far), emit.ints(axes), each(-1)]), shape };
}

/** Convolves with `wide` outputs in each group, as the weight now has, and keeps the first `each` of them. */
function withWiderGroups<Settings extends ConvSettings>(
  emit: Emitter,
  call: Convolution<Settings>,
  each: number,
  wide: number,
  compute: (emit: Emitter, call: Convolution<Settings>) => string,
): string {
  const { groups } = call.settings;
  const [items, , ...space] = sizes(call.result) as [number, number, ...number[]];
  const bias =
    call.bias &&
    reshaped(emit, padded(emit, reshaped(emit, call.bias, [groups, each]), 1, wide - each), [groups * wide]);
  const all = { name: compute(emit, { ...call, bias }), shape: [items, groups * wide, ...space] };
  const split = reshaped(emit, all, [items, groups, wide, ...space]);
  const first = emit.node('Slice', [split.name, emit.ints([0]), emit.ints([each]), emit.ints([2])]);
  return emit.node('Reshape', [first, emit.ints([items, groups * each, ...space])]);
}

const reshaped = (emit: Emitter, { name }: Operand, shape: readonly number[]): Operand => ({
  name: emit.node('Reshape', [name, emit.ints(shape)]),
  shape,
});

/** `more` zeros after the elements of one axis. */
function padded(emit: Emitter, { name, shape }: Operand, axis: number, more: number): Operand {
  const rank = shape.length;
  const pads = Array.from({ length: 2 * rank }, (_, place) => (place === rank + axis ? more : 0));
  const wider = shape.map((dim, at) => (at === axis ? Number(dim) + more : dim));
  return { name: emit.node('Pad', [name, emit.ints(pads)]), shape: wider };
}

const up = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;
