/** Every op by name. The compiler proves the table complete: a name without an op, or the wrong one, does not build. */

import type { Infer } from '../graph';
import { geluTanh } from './activation';
import { addAlong, takeAlong } from './along';
import {
  add,
  and,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  or,
  sub,
} from './arithmetic';
import type { OpAttributes, OpName } from './attributes';
import { conv, convTranspose, convWeightGradient } from './convolution';
import * as elementwise from './elementwise';
import { extend } from './extend';
import { broadcastTo, concat, flip, pad, reshape, slice, transpose, trilu } from './layout';
import { constant, input, variable } from './leaf';
import { layerNorm, layerNormMean, layerNormScale } from './normalization';
import type { Op } from './op';
import { avgPool, maxPool, upsample } from './pooling';
import { gemm, matmul } from './product';
import { after, recompute } from './recompute';
import { further, recurrent, recurrentBack } from './recurrent';
import { argMax, argMin, logSumExp, max, mean, min, sum, sumSquares } from './reduction';
import { gather, oneHot, scatterAdd } from './rows';
import { cast, stopGradient, straightThrough, where } from './selection';
import { crossEntropy, logSoftmax, softmax } from './softmax';
import { cumsum, topKIndices } from './sort';

const table = {
  input,
  variable,
  constant,
  add,
  sub,
  mul,
  div,
  minimum,
  maximum,
  greater,
  less,
  equal,
  greaterEqual,
  lessEqual,
  and,
  or,
  ...elementwise,
  geluTanh,
  where,
  cast,
  stopGradient,
  straightThrough,
  recompute,
  after,
  sum,
  mean,
  max,
  min,
  logSumExp,
  sumSquares,
  argMin,
  argMax,
  softmax,
  logSoftmax,
  cumsum,
  topKIndices,
  crossEntropy,
  gemm,
  matmul,
  recurrent,
  recurrentBack,
  further,
  reshape,
  transpose,
  broadcastTo,
  concat,
  slice,
  pad,
  extend,
  flip,
  trilu,
  gather,
  scatterAdd,
  takeAlong,
  addAlong,
  oneHot,
  layerNorm,
  layerNormMean,
  layerNormScale,
  conv,
  convTranspose,
  convWeightGradient,
  upsample,
  maxPool,
  avgPool,
} satisfies { [Name in OpName]: Op<OpAttributes[Name]> };

/** The op behind a node; the graph has already paired each name with its own attributes. */
export const opOf = (name: OpName): Op<never> => table[name];

export const opNames = Object.keys(table) as readonly OpName[];

/** The shape rules, in the form in which a graph takes them. */
export const infer: Infer = (name, inputs, attributes) => {
  const op = opOf(name);
  const shape = op.shape(inputs, attributes as never);
  return { shape, dtype: op.dtype?.(inputs, attributes as never) ?? inputs[0]!.dtype };
};
