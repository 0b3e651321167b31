/**
 * Cases for every op, by name: what every-op.test.ts walks. The table does not compile while an op has no entry.
 *
 * An op with a gradient is checked against central differences on each case, and the first case must also notice when
 * that op's gradient is spoilt. `withoutGradient` marks the others: they are compared between devices.
 */

import {
  avgPool2d,
  conv2d,
  convTranspose2d,
  convWeightGradient,
  extend,
  maxPool2d,
  upsample,
} from '#main/engine/functions/image';
import { layerNorm, standardize } from '#main/engine/functions/normalization';
import { gru, lstm, rnn } from '#main/engine/functions/recurrent';
import { gradients } from '#main/engine/gradient';
import type { OpName } from '#main/engine/ops/attributes';
import { recompute } from '#main/engine/recompute';
import type { Tensor } from '#main/engine/tensor';
import type { Sample } from './numeric';
import { between, booleans, distinct, integers, normal } from './numeric';
import {
  along,
  between5,
  binary,
  flat,
  folded,
  type OpCase,
  type OpCases,
  of,
  offSteps,
  one,
  positive,
  steps,
  truth,
  unary,
} from './op-case';

/** x [T, N, in], Wx and Wh of two units. */
const sequence = (gates: number, steps = 3): Sample[] => [
  normal([steps, 2, 3], 1),
  between(-1, 1, [3, 2 * gates], 2),
  between(-1, 1, [2, 2 * gates], 3),
];
const lstmGradient = of(
  one(
    (x, input, recurrent) => {
      const { output } = lstm(x!, { input: input!, recurrent: recurrent! });
      return gradients(output.square().sum(), [x!])[0]!;
    },
    ...sequence(4),
  ),
);

const matrices: readonly OpCase[] = [false, true].flatMap((transA) =>
  [false, true].map((transB) =>
    one(
      (a, b) => a.matmul(b, { transA, transB, alpha: -0.5 }),
      normal(transA ? [4, 3] : [3, 4]),
      normal(transB ? [5, 4] : [4, 5], 2),
    ),
  ),
);

const apply = (x: Tensor): Tensor => x.scale(1); // a leaf used as it is

export const opCases: Record<OpName, OpCases> = {
  input: flat('leaves have no inputs', unary(apply)),
  variable: flat('leaves have no inputs', of()),
  constant: flat(
    'leaves have no inputs',
    unary((x) => x.constant(Float32Array.of(1, 2), [2]).sum().mul(x.sum())),
  ),

  add: binary((a, b) => a.add(b)),
  sub: binary((a, b) => a.sub(b)),
  mul: binary((a, b) => a.mul(b)),
  div: binary((a, b) => a.div(b), normal, positive),
  minimum: binary((a, b) => a.minimum(b), distinct, between5),
  maximum: binary((a, b) => a.maximum(b), distinct, between5),
  greater: flat(
    truth,
    binary((a, b) => a.greater(b)),
  ),
  less: flat(
    truth,
    binary((a, b) => a.less(b)),
  ),
  equal: flat(
    truth,
    binary(
      (a, b) => a.equal(b),
      (shape, seed) => integers(shape, 3, seed),
    ),
  ),
  greaterEqual: flat(
    truth,
    binary(
      (a, b) => a.greaterEqual(b),
      (shape, seed) => integers(shape, 3, seed),
    ),
  ),
  lessEqual: flat(
    truth,
    binary(
      (a, b) => a.lessEqual(b),
      (shape, seed) => integers(shape, 3, seed),
    ),
  ),
  and: flat(
    truth,
    binary((a, b) => a.and(b), booleans),
  ),
  or: flat(
    truth,
    binary((a, b) => a.or(b), booleans),
  ),
  not: flat(
    truth,
    unary((x) => x.not(), booleans),
  ),

  scale: unary((x) => x.scale(-1.7)),
  plus: unary((x) => x.plus(0.3)),
  square: unary((x) => x.square()),
  sqrt: unary((x) => x.sqrt(), positive),
  reciprocal: unary((x) => x.reciprocal(), positive),
  pow: of(
    one((x) => x.pow(-1.5), positive([3, 1, 5])),
    one((x) => x.pow(3), normal([7])),
  ),
  exp: unary((x) => x.exp()),
  log: unary((x) => x.log(), positive),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  abs: unary((x) => x.abs(), distinct),
  sign: steps((x) => x.sign()),
  floor: steps((x) => x.floor()),
  ceil: steps((x) => x.ceil()),
  round: steps((x) => x.round()),
  erf: unary((x) => x.erf()),
  relu: unary((x) => x.relu(), distinct),
  leakyRelu: unary((x) => x.leakyRelu(0.2), distinct),
  elu: unary((x) => x.elu(0.7), distinct),
  sigmoid: unary((x) => x.sigmoid()),
  tanh: unary((x) => x.tanh()),
  gelu: unary((x) => x.gelu()),
  geluTanh: unary((x) => x.geluTanh()),
  silu: unary((x) => x.silu()),
  softplus: unary((x) => x.softplus()),
  clip: unary((x) => x.clip(-0.5, 0.6), distinct),

  where: of(
    one((c, a, b) => c.where(a, b), booleans([3, 5]), normal([3, 5]), normal([3, 5], 2)),
    one((c, a, b) => c.where(a, b), booleans([3, 1]), normal([1, 5]), normal([2, 1, 5], 2)),
  ),
  cast: flat(
    'integers have none',
    unary((x) => x.cast('int32').cast('float32'), offSteps),
  ),
  stopGradient: flat(
    'that is what it is for',
    unary((x) => x.stopGradient()),
  ),
  straightThrough: unary((x) => x.straightThrough(x.stopGradient())),
  recurrent: of(
    one(
      (x, input, recurrent, initial, initialCell) =>
        lstm(x!, { input: input!, recurrent: recurrent! }, { initial: initial!, initialCell: initialCell! }).output,
      ...sequence(4),
      normal([2, 2], 4),
      normal([2, 2], 5),
    ),
    one((x, input, recurrent) => gru(x!, { input: input!, recurrent: recurrent! }, { reverse: true }), ...sequence(3)),
    one((x, input, recurrent) => rnn(x!, { input: input!, recurrent: recurrent! }), ...sequence(1, 1)),
  ),
  recurrentBack: { ...flat('the gradient of a loop over time has none itself', lstmGradient), refuses: true },
  further: { ...flat('only gradients read it', lstmGradient), refuses: true },
  recompute: flat(
    'the walk backwards goes through its body instead; recompute.test.ts',
    unary((x) => recompute(x, (h) => h.tanh().exp())),
  ),
  after: of(
    one((x, other) => x.after([other]), normal([3, 5]), normal([2, 2])),
    one((x, other) => x.after([other]).mul(x), normal([1, 7]), normal([1])),
  ),

  sum: folded((x, axes, keep) => x.sum(axes, keep)),
  mean: folded((x, axes, keep) => x.mean(axes, keep)),
  max: folded((x, axes, keep) => x.max(axes, keep), distinct),
  min: folded((x, axes, keep) => x.min(axes, keep), distinct),
  logSumExp: folded((x, axes, keep) => x.logSumExp(axes, keep)),
  sumSquares: folded((x, axes, keep) => x.sumSquares(axes, keep)),
  argMin: flat(
    'positions have none',
    along((x, axis) => x.argMin(axis), distinct),
  ),
  argMax: flat(
    'positions have none',
    along((x, axis) => x.argMax(axis), distinct),
  ),
  softmax: along((x, axis) => x.softmax(axis)),
  logSoftmax: along((x, axis) => x.logSoftmax(axis)),
  cumsum: of(
    ...along((x, axis) => x.cumsum(axis)).cases,
    one((x) => x.cumsum(0, { reverse: true, exclusive: true }), normal([5, 1, 2])),
    one((x) => x.cumsum(1, { exclusive: true }), normal([2, 7])),
  ),
  topKIndices: flat(
    'positions have none',
    of(
      one((x) => x.topK(3).indices, distinct([2, 5])),
      one((x) => x.topK(1, 0, { largest: false }).indices, distinct([3, 1])),
    ),
  ),
  crossEntropy: of(
    one(
      (x, labels) => x.apply('crossEntropy', [x.logSoftmax(), labels], { smoothing: 0 }),
      normal([3, 5]),
      integers([3], 5),
    ),
    one(
      (x, labels) => x.apply('crossEntropy', [x.logSoftmax(), labels], { smoothing: 0.1 }),
      normal([2, 1, 7]),
      integers([2, 1], 7),
    ),
    one(
      (x, labels) => x.apply('crossEntropy', [x.logSoftmax(), labels], { smoothing: 0 }),
      normal([1]),
      integers([], 1),
    ),
  ),

  gemm: of(
    ...matrices,
    one((a, w, b) => a.linear(w, b), normal([3, 1]), normal([1, 5], 2), normal([5], 3)),
  ),
  matmul: of(
    one((a, b) => a.matmul(b), normal([2, 3, 5]), normal([2, 5, 1], 2)),
    one((a, b) => a.matmul(b, { transA: true, transB: true, alpha: 2 }), normal([2, 1, 5, 3]), normal([3, 1, 5], 2)),
  ),

  reshape: of(
    one((x) => x.reshape([5, -1]), normal([3, 1, 5])),
    one((x) => x.reshape([]), normal([1])),
  ),
  transpose: of(
    one((x) => x.transpose([2, 0, 1]), normal([3, 1, 5])),
    one((x) => x.transpose(), normal([2, 7])),
  ),
  // Reshaped behind it, since a product with a stretched tensor would use it unstretched.
  broadcastTo: of(
    one((x) => x.broadcastTo([2, 3, 5]).reshape([-1]), normal([3, 1])),
    one((x) => x.broadcastTo([7]).reshape([7, 1]), normal([1])),
  ),
  concat: of(
    one((a, b, c) => a.concat([b, c], 1), normal([3, 1]), normal([3, 5], 2), normal([3, 2], 3)),
    one((a, b) => a.concat([b]), normal([1]), normal([7], 2)),
  ),
  slice: of(
    one((x) => x.slice(1, 1, -1), normal([3, 5])),
    one((x) => x.slice(0, 1, 7, 3), normal([7, 1])),
    one((x) => x.slice(1, 0, 7, 2), normal([2, 7])),
    one((x) => x.slice(-1, 1, undefined, 4), normal([2, 6])),
  ),
  pad: of(
    one(
      (x) =>
        x.pad(
          [
            [0, 1],
            [2, 0],
          ],
          3,
        ),
      normal([3, 1]),
    ),
    one((x) => x.pad([[1, 1]]), normal([7])),
  ),
  flip: along((x, axis) => x.flip(axis)),
  trilu: of(
    one((x) => x.trilu(), normal([3, 5])),
    one((x) => x.trilu({ upper: true, offset: 1 }), normal([2, 5, 3])),
    one((x) => x.trilu({ offset: -1 }), normal([3, 3])),
  ),
  gather: of(
    one((x, i) => x.gather(i), normal([5, 3]), integers([2, 4], 5)),
    one((x, i) => x.gather(i, 1), normal([2, 5, 3]), integers([7], 5)),
    one((x, i) => x.gather(i, -1), normal([3, 1]), integers([2, 2], 1)),
  ),
  scatterAdd: of(
    one((x, i, r) => x.scatterAdd(i, r), normal([5, 3]), integers([2, 4], 5), normal([2, 4, 3], 2)),
    one((x, i, r) => x.scatterAdd(i, r, 1), normal([2, 5, 3]), integers([7], 5), normal([2, 7, 3], 2)),
    one((x, i, r) => x.scatterAdd(i, r, 2), normal([1, 2, 3]), integers([], 3), normal([1, 2], 2)),
  ),
  takeAlong: of(
    one((x, i) => x.takeAlong(i), normal([3, 5]), integers([3, 2], 5)),
    one((x, i) => x.takeAlong(i, 0), normal([5, 3]), integers([7, 1], 5)),
  ),
  addAlong: of(
    one((x, i, v) => x.addAlong(i, v), normal([3, 5]), integers([3, 2], 5), normal([3, 2], 2)),
    one((x, i, v) => x.addAlong(i, v, 0), normal([5, 3]), integers([7, 1], 5), normal([7, 1], 2)),
  ),
  oneHot: flat(
    'positions have none',
    of(
      one((i) => i.oneHot(5), integers([2, 3], 5)),
      one((i) => i.oneHot(1), integers([1], 1)),
    ),
  ),

  layerNorm: of(
    one((x, gain, bias) => layerNorm(x, gain, bias), normal([3, 5]), positive([5]), normal([5], 3)),
    one((x) => standardize(x, 2), normal([2, 3, 2])),
  ),
  layerNormMean: of(one((x) => statistic(x, 'layerNormMean'), normal([3, 5]))),
  layerNormScale: of(one((x) => statistic(x, 'layerNormScale'), normal([3, 5]))),

  conv: of(
    one(
      (x, w, b) => conv2d(x, w, b, { stride: 2, pad: 1 }),
      normal([2, 1, 5, 3]),
      normal([3, 1, 3, 2], 2),
      normal([3], 3),
    ),
    one((x, w) => conv2d(x, w), normal([1, 2, 1, 1]), normal([1, 2, 1, 1], 2)),
  ),
  convTranspose: of(
    one(
      (x, w) => convTranspose2d(x, w, undefined, { stride: 2, pad: 1 }),
      normal([1, 2, 3, 1]),
      normal([2, 3, 3, 4], 2),
    ),
  ),
  convWeightGradient: of(
    one(
      (x, g) => convWeightGradient(x, g, { ...square3, kernel: [3, 3] }),
      normal([2, 1, 3, 5]),
      normal([2, 3, 3, 5], 2),
    ),
  ),
  extend: of(
    one(
      (x) =>
        extend(
          x,
          [
            [0, 0],
            [2, 1],
            [1, 2],
          ],
          'reflect',
        ),
      normal([2, 3, 4]),
    ),
    one((x) => extend(x, [[3, 2]], 'edge'), normal([2])),
  ),
  upsample: unary((x) => upsample(x.reshape([1, 1, 1, -1]), 2)),
  maxPool: of(one((x) => maxPool2d(x), distinct([1, 2, 5, 3]))),
  avgPool: of(one((x) => avgPool2d(x), normal([1, 2, 5, 3]))),
};

/** A kernel of 3 × 3 that keeps the size. */
const square3 = { stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1], groups: 1 };

/** What layer normalization keeps of its forward pass. */
function statistic(x: Tensor, op: 'layerNormMean' | 'layerNormScale'): Tensor {
  return x.apply(op, [standardize(x)], { axes: 1, epsilon: 1e-5 });
}
