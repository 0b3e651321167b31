/**
 * Puts a foreign network between what this program speaks, pictures x [N, c, h, w] in [0, 1], and a row of numbers for
 * each: in front of it goes whatever its own input needs, behind it what makes one vector of the chosen value.
 *
 * What it needs in front is two linear maps, written with operators that every version of ONNX has: a 1 × 1 convolution
 * does channels, range, mean and deviation at once, two matrix products resize.
 */

import type { ModelProto } from 'onnx-buf';
import type { ForwardProgram } from '../compile';
import { Emitter } from '../onnx/emitter';
import { encodeConstant, encodeNode, encodeValue } from '../onnx/encode';
import { fedInputs, opsetOf } from '../onnx/read';
import type { Signature } from '../shape';
import { batchDim } from '../shape';
import { names, programOf } from './program';
import { keepOnly, renameValues, valuesOf } from './rewrite';

export interface PictureSize {
  channels: number;
  height: number;
  width: number;
}

export type Layout = 'NCHW' | 'NHWC' | 'flat';

/** How a network wants its pictures. */
export interface PictureInput extends PictureSize {
  /** Axes of its input; flat: [N, channels · height · width]. */
  layout: Layout;
  /** Order of three colours. */
  order: 'rgb' | 'bgr';
  /** v = (scale · x + shift − mean) / deviation, for x in [0, 1]; one mean and deviation, or one for each channel. */
  scale: number;
  shift: number;
  mean: readonly number[];
  deviation: readonly number[];
  /** ONNX's number of the element type. */
  elemType: number;
}

export interface PictureProgram {
  picture: PictureSize;
  input: PictureInput;
  /** The value to give back, and the axes that are averaged away: [2, 3] of a map of features. */
  output: string;
  average: readonly number[];
  /** Items that it takes at once where it takes no other number; undefined: any. */
  batch: number | undefined;
  /** Numbers of one item. */
  width: number;
  device: ForwardProgram['device'];
}

/** Name of the input and of the output of the program. */
export const pictureInput = 'x';
export const pictureOutput = 'embedding';

/** The model is changed: parse the file anew for another program. */
export function pictureProgram(model: ModelProto, options: PictureProgram): ForwardProgram {
  const { picture, input, output, batch, width, device } = options;
  const graph = model.graph!;
  if (!valuesOf(graph).includes(output))
    throw new Error(`it computes no value “${output}”; its outputs are ${names(graph.output)}`);
  keepOnly(graph, [output]);
  const fed = fedInputs(graph);
  if (fed.length !== 1)
    throw new Error(`it must have one input, for a picture, but “${output}” depends on ${names(fed) || 'none'}`);

  const front = new Emitter('portable');
  const ready = adapt(front, picture, input, batch);
  const { name: own } = fed[0]!;
  const inner = (name: string) => (name === own ? ready : `model/${name}`);
  renameValues(graph, inner);
  const back = new Emitter('portable', front);
  const result = vector(back, inner(output), options, opsetOf(model));

  const size = batch ?? batchDim;
  const x: Signature = { dtype: 'float32', shape: [size, picture.channels, picture.height, picture.width] };
  const y: Signature = { dtype: 'float32', shape: [size, width] };
  const last = { type: 'Identity', domain: '', inputs: [result], outputs: [pictureOutput], attributes: {} };
  graph.node = [...front.nodes.map(encodeNode), ...graph.node, ...[...back.nodes, last].map(encodeNode)];
  graph.initializer = [...graph.initializer, ...front.constants.map(encodeConstant)];
  graph.input = [encodeValue({ name: pictureInput, ...x })];
  graph.output = [encodeValue({ name: pictureOutput, ...y })];
  return programOf(model, { [pictureInput]: x }, { [pictureOutput]: y }, device);
}

/** x [N, c, h, w] in [0, 1] → what the network's own input takes. Returns the name of the value. */
function adapt(emit: Emitter, from: PictureSize, to: PictureInput, batch: number | undefined): string {
  let value: string = pictureInput;
  // Averaging over pixels and mixing channels are both linear and touch different axes: the order does not matter.
  if (from.width !== to.width) {
    const columns = emit.constant(
      transposed(resampling(from.width, to.width), from.width),
      [from.width, to.width],
      'float32',
    );
    value = emit.node('MatMul', [value, columns]); // [N, c, h, W]
  }
  if (from.height !== to.height) {
    const rows = emit.constant(resampling(from.height, to.height), [to.height, from.height], 'float32');
    value = emit.node('MatMul', [rows, value]); // [N, c, H, W]
  }
  const { weight, bias } = mixing(from.channels, to);
  const shape = [to.channels, from.channels, 1, 1];
  const mixed = [value, emit.constant(weight, shape, 'float32'), emit.constant(bias, [to.channels], 'float32')];
  value = emit.node('Conv', mixed, { kernel_shape: [1, 1] }); // [N, C, H, W]
  if (to.layout === 'NHWC') value = emit.node('Transpose', [value], { perm: [0, 2, 3, 1] });
  if (to.layout === 'flat') {
    const size = to.channels * to.height * to.width;
    value = emit.node('Reshape', [value, emit.ints([batch ?? -1, size])]);
  }
  return to.elemType === floatType ? value : emit.node('Cast', [value], { to: to.elemType });
}

const floatType = 1; // TensorProto.DataType.FLOAT

/** Brightness of a colour as seen, ITU-R BT.601: grey networks were trained on pictures made grey like this. */
const brightness = [0.299, 0.587, 0.114];

/** weight [C, c], bias [C] of v = (scale · channels(x) + shift − mean) / deviation. */
function mixing(channels: number, to: PictureInput): { weight: Float32Array; bias: Float32Array } {
  const weight = new Float32Array(to.channels * channels);
  const bias = new Float32Array(to.channels);
  for (let out = 0; out < to.channels; out++) {
    const deviation = to.deviation[out % to.deviation.length]!;
    bias[out] = (to.shift - to.mean[out % to.mean.length]!) / deviation;
    for (let from = 0; from < channels; from++)
      weight[out * channels + from] = (to.scale / deviation) * share(from, out, channels, to);
  }
  return { weight, bias };
}

/** How much of channel `from` of the picture goes into channel `out` of the network. */
function share(from: number, out: number, channels: number, { channels: wanted, order }: PictureInput): number {
  if (channels === 1) return 1; // grey shown as grey
  if (wanted === 1) return brightness[from]!;
  return from === (order === 'bgr' ? wanted - 1 - out : out) ? 1 : 0;
}

/**
 * Rows of weights [to, from] of a linear resampling: a triangle around each place, as wide as the coarser of both grids,
 * so that a smaller picture averages what it leaves out and a larger one is interpolated. Each row sums to 1.
 */
export function resampling(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  const step = from / to; // source pixels for one of the target
  const reach = Math.max(1, step);
  for (let row = 0; row < to; row++) {
    const centre = (row + 0.5) * step - 0.5;
    const raw = Array.from({ length: from }, (_, at) => Math.max(0, 1 - Math.abs(at - centre) / reach));
    const total = raw.reduce((sum, one) => sum + one, 0);
    for (let at = 0; at < from; at++) weights[row * from + at] = raw[at]! / total;
  }
  return weights;
}

const transposed = (matrix: Float32Array, columns: number): Float32Array => {
  const rows = matrix.length / columns;
  return Float32Array.from(
    { length: matrix.length },
    (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!,
  );
};

/** Any value [N, …] → float [N, width]. */
function vector(emit: Emitter, value: string, { average, batch, width }: PictureProgram, opset: number): string {
  let at = emit.node('Cast', [value], { to: floatType });
  if (average.length > 0) {
    // Axes became an input with operator set 18.
    at =
      opset >= 18
        ? emit.node('ReduceMean', [at, emit.ints(average)], { keepdims: 0 })
        : emit.node('ReduceMean', [at], { axes: [...average], keepdims: 0 });
  }
  return emit.node('Reshape', [at, emit.ints([batch ?? -1, width])]);
}
