/**
 * Convolution and the two maps that are its gradients. The three are the partial derivatives of one trilinear form
 * Σ y·g of (input, weight, output), so each one's gradients are the other two, to any order.
 *
 * N items, C channels in, O out, G groups; the space of an item is L positions, or H × W pixels, and k is the kernel's.
 */

import * as image from '../functions/image';
import type { Shape, Signature } from '../shape';
import { elements, fixed, sameDim, show } from '../shape';
import type { Tensor } from '../tensor';
import type { ConvSettings, OpAttributes } from './attributes';
import { convNode, convTransposeNode } from './convolution-nodes';
import type { Op } from './op';
import { expectFloat } from './op';
import { weightGradient } from './weight-gradient';

/** How many positions of an axis a kernel reaches over. */
export const reach = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

const spaceNames = ['L', 'H, W', 'D, H, W'];

interface Geometry {
  channels: number;
  size: readonly number[];
}

function geometry(op: string, what: string, { shape }: Signature, { stride }: ConvSettings): Geometry {
  if (shape.length !== stride.length + 2) {
    const wanted = `[N, C, ${spaceNames[stride.length - 1]}]`;
    throw new Error(`${op}: ${what} must be ${wanted}, got ${show(shape)}; reshape first`);
  }
  const channels = fixed(op, shape[1], `${what} channels`);
  return { channels, size: shape.slice(2).map((dim, axis) => fixed(op, dim, `axis ${axis + 2} of the ${what}`)) };
}

interface Kernel {
  first: number;
  second: number;
  size: readonly number[];
}

function kernel(op: string, { shape }: Signature, layout: string, { stride, groups }: ConvSettings): Kernel {
  const space = ['k', 'kh, kw', 'kd, kh, kw'][stride.length - 1];
  const [first, second, ...size] = shape.map((dim) => fixed(op, dim, 'weight'));
  if (size.length === stride.length) return { first: first!, second: second!, size };
  throw new Error(
    `${op}: weight must be [${groups === 1 ? layout.replace('/G', '') : layout}, ${space}], got ${show(shape)}`,
  );
}

function expectBias(op: string, bias: Signature | undefined, channels: number): void {
  if (bias && !(bias.shape.length === 1 && bias.shape[0] === channels)) {
    throw new Error(`${op}: bias must be [${channels}], got ${show(bias.shape)}`);
  }
}

function expectSettings(op: string, { stride, dilation, before, after, groups }: ConvSettings): void {
  const expect = (what: string, values: readonly number[], least: number) => {
    if (values.every((value) => Number.isInteger(value) && value >= least)) return;
    throw new Error(`${op}: ${what} must be whole and ${least} or more, got [${values}]`);
  };
  expect('stride', stride, 1);
  expect('dilation', dilation, 1);
  expect('padding', [...before, ...after], 0);
  expect('groups', [groups], 1);
}

function expectGroups(op: string, what: string, channels: number, groups: number): void {
  if (channels % groups === 0) return;
  throw new Error(`${op}: ${what} must divide into ${groups} groups, got ${channels} channels`);
}

/** ⌊(size + before + after − reach) / stride⌋ + 1 along each axis. */
function outputSize(op: string, size: readonly number[], kernel: readonly number[], settings: ConvSettings): number[] {
  const { stride, dilation, before, after } = settings;
  return size.map((length, axis) => {
    const room = length + before[axis]! + after[axis]! - reach(kernel[axis]!, dilation[axis]!);
    if (room >= 0) return Math.floor(room / stride[axis]!) + 1;
    const padding = before.map((width, at) => (width === after[at] ? width : `${width}+${after[at]}`));
    const wide = dilation.some((step) => step > 1) ? `, dilation [${dilation}],` : '';
    throw new Error(`${op}: kernel [${kernel}]${wide} does not fit into [${size}] with padding [${padding}]`);
  });
}

const nameOf = (op: string, { stride }: ConvSettings): string => `${op}${stride.length}d`;

const spaceOf = (x: Signature): number[] => x.shape.slice(2).map(Number);

/** Space first, then the batch: the order in which `sum` is fast. */
const biasGradient = (g: Tensor): Tensor => g.sum([0, ...g.shape.keys()].filter((axis) => axis !== 1));

/** x: [N, C, L], weight: [O, C/G, k], bias: [O] → [N, O, L'] */
export const conv: Op<OpAttributes['conv']> = {
  shape([x, weight, bias], settings) {
    const op = nameOf('conv', settings);
    expectFloat(op, x, weight, bias);
    expectSettings(op, settings);
    const { channels, size } = geometry(op, 'input', x!, settings);
    const { first: out, second, size: window } = kernel(op, weight!, 'out, in/G', settings);
    expectGroups(op, 'input', channels, settings.groups);
    expectGroups(op, 'output', out, settings.groups);
    if (second * settings.groups !== channels) {
      const taken = settings.groups === 1 ? `${second}` : `${settings.groups} × ${second}`;
      throw new Error(
        `${op}: weight ${show(weight!.shape)} takes ${taken} channels, the input ${show(x!.shape)} has ${channels}`,
      );
    }
    expectBias(op, bias, out);
    return [x!.shape[0]!, out, ...outputSize(op, size, window, settings)];
  },

  lower: (emit, [x, weight, bias], settings, { shape: result }) =>
    convNode(emit, { x: x!, weight: weight!, bias, settings, result }),

  gradient({ inputs, g }, settings) {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const dx = image.convTranspose(g, weight, undefined, { ...settings, size: spaceOf(x) });
    const dw = image.convWeightGradient(x, g, { ...settings, kernel: spaceOf(weight) });
    return bias ? [dx, dw, biasGradient(g)] : [dx, dw];
  },

  flops: ([, weight], settings, result) =>
    2 * elements('conv', result.shape) * elements(nameOf('conv', settings), weight!.shape.slice(1)),
};

/**
 * The adjoint of `conv`: spreads each position over a kernel's reach.
 *
 * x: [N, C, L'], weight: [C, O/G, k], bias: [O] → [N, O, size], where a conv of the result with that weight has L'.
 */
export const convTranspose: Op<OpAttributes['convTranspose']> = {
  shape([x, weight, bias], settings) {
    const op = nameOf('convTranspose', settings);
    expectFloat(op, x, weight, bias);
    expectSettings(op, settings);
    const { channels, size } = geometry(op, 'input', x!, settings);
    const { first, second, size: window } = kernel(op, weight!, 'in, out/G', settings);
    if (first !== channels) {
      throw new Error(
        `${op}: weight ${show(weight!.shape)} takes ${first} channels, the input ${show(x!.shape)} has ${channels}`,
      );
    }
    expectGroups(op, 'input', channels, settings.groups);
    expectBias(op, bias, second * settings.groups);
    if (settings.size.some((length) => length < 1)) {
      throw new Error(`${op}: padding [${settings.before}] leaves nothing of ${show(x!.shape)}`);
    }
    const back = outputSize(op, settings.size, window, settings);
    if (back.some((length, axis) => length !== size[axis])) {
      throw new Error(
        `${op}: a result of [${settings.size}] cannot come from [${size}]; outputPadding must lie below stride`,
      );
    }
    return [x!.shape[0]!, second * settings.groups, ...settings.size];
  },

  lower: (emit, [x, weight, bias], settings, { shape: result }) =>
    convTransposeNode(emit, { x: x!, weight: weight!, bias, settings, result }),

  gradient({ inputs, g }, { size: _, ...settings }) {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor?];
    const dx = image.conv(g, weight, undefined, settings);
    const dw = image.convWeightGradient(g, x, { ...settings, kernel: spaceOf(weight) });
    return bias ? [dx, dw, biasGradient(g)] : [dx, dw];
  },

  flops: ([x, weight], settings) =>
    2 * elements('convTranspose', x!.shape) * elements(nameOf('convTranspose', settings), weight!.shape.slice(1)),
};

/** x: [N, C, L], g: [N, O, L'] → dL/dweight of the conv from x to g's place: [O, C/G, kernel] */
export const convWeightGradient: Op<OpAttributes['convWeightGradient']> = {
  shape([x, g], { kernel: window, ...settings }): Shape {
    const op = nameOf('convWeightGradient', settings);
    const { channels, size } = geometry(op, 'input', x!, settings);
    const { channels: out, size: outSize } = geometry(op, 'gradient', g!, settings);
    const expected = outputSize(op, size, window, settings);
    if (!sameDim(x!.shape[0]!, g!.shape[0]!) || expected.some((length, axis) => length !== outSize[axis])) {
      throw new Error(`internal: ${op}: ${show(g!.shape)} is not the output of ${show(x!.shape)}`);
    }
    return [out, channels / settings.groups, ...window];
  },

  lower: (emit, [x, g], settings) => weightGradient(emit, x!, g!, settings),

  gradient({ inputs, g: dw }, { kernel: _, ...settings }) {
    const [x, g] = inputs as [Tensor, Tensor];
    const dx = image.convTranspose(g, dw, undefined, { ...settings, size: spaceOf(x) });
    return [dx, image.conv(x, dw, undefined, settings)];
  },

  flops: ([x, g], { kernel: window, groups }) =>
    (2 * elements('conv', g!.shape) * Number(x!.shape[1]) * window.reduce((taps, side) => taps * side, 1)) / groups,

  // The patches, float32 [N, P, C, kernel]; a kernel of one position reads x where it lies.
  workspace([x, g], { kernel: window }) {
    const taps = window.reduce((product, side) => product * side, 1);
    return taps === 1 ? 0 : 4 * elements('conv', [g!.shape[0]!, ...g!.shape.slice(2), x!.shape[1]!]) * taps;
  },
};
