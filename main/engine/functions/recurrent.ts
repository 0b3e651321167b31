/** Recurrent networks over time-major sequences [T, N, ·], with gradients through all steps. */

import type { RecurrentCell } from '../ops/attributes';
import { fixed, isFixed, show } from '../shape';
import type { Tensor } from '../tensor';

export interface RecurrentOptions {
  /** h before the first step, [N, H]; zeros when left out. */
  initial?: Tensor;
  /** [T, N], 1 (or true) real, 0 padding: there the state stays as it is. */
  mask?: Tensor;
  /** From the last step to the first; y[t] then knows what comes after t. */
  reverse?: boolean;
}

export interface RecurrentWeights {
  /** Wx, [in, gates] */
  input: Tensor;
  /** Wh, [H, gates]; [P, gates] with a projection */
  recurrent: Tensor;
  /** [gates] */
  bias?: Tensor;
}

export interface LstmOptions extends RecurrentOptions {
  /** c before the first step, [N, H]; zeros when left out. */
  initialCell?: Tensor;
}

export interface LstmWeights extends RecurrentWeights {
  /** [H, P]: only P numbers of each state are seen by the next step and by the outside (Sak et al. 2014, arXiv:1402.1128). */
  projection?: Tensor;
}

export interface LstmStates {
  /** What the layer gives, [T, N, H], or [T, N, P] with a projection. */
  output: Tensor;
  /** h of all steps, [T, N, H]; the same as `output` without a projection. */
  hidden: Tensor;
  /** c of all steps, [T, N, H] */
  cell: Tensor;
}

/**
 * i, f, o = σ(Wx x + Wh h + b), g = tanh(…), c ← f c + i g, h ← o tanh c (Hochreiter & Schmidhuber 1997; with the
 * forget gate of Gers et al. 2000). The gates lie in the order i, f, o, g.
 *
 * x: [T, N, in] → [T, N, H]
 */
export function lstm(x: Tensor, weights: LstmWeights, { initialCell, ...options }: LstmOptions = {}): LstmStates {
  const { projection } = weights;
  const units = fixed('lstm', weights.recurrent.shape[1], 'the gates') / 4;
  const gates = inputShare('lstm', x, weights);
  const first = stateOr(initialCell, x, units);
  const both = run('lstm', gates, [stateOr(options.initial, x, units), first], weights, options);
  const steps = Number(x.shape[0]);
  const [hidden, cell] = [both.slice(0, 0, steps), both.slice(0, steps)];
  return { output: projection ? hidden.linear(projection) : hidden, hidden, cell };
}

export interface GruWeights extends RecurrentWeights {
  /** Added to Wh h, before the reset gate is applied, [3H]; zeros when left out. */
  recurrentBias?: Tensor;
}

/**
 * r, z = σ(Wx x + Wh h + b), n = tanh(Wx x + b + r (Wh h + b')), h ← (1 − z) n + z h (Cho et al. 2014, arXiv:1406.1078,
 * with the reset after the product, as cuDNN has it). The gates lie in the order r, z, n.
 *
 * x: [T, N, in] → [T, N, H]
 */
export function gru(x: Tensor, weights: GruWeights, options: RecurrentOptions = {}): Tensor {
  const units = fixed('gru', weights.recurrent.shape[1], 'the gates') / 3;
  const bias = weights.recurrentBias ?? x.constant(new Float32Array(3 * units), [3 * units]);
  return run('gru', inputShare('gru', x, weights), [stateOr(options.initial, x, units)], { ...weights, bias }, options);
}

/** h ← tanh(Wx x + Wh h + b) (Elman 1990). x: [T, N, in] → [T, N, H] */
export function rnn(x: Tensor, weights: RecurrentWeights, options: RecurrentOptions = {}): Tensor {
  const units = fixed('rnn', weights.recurrent.shape[1], 'the units');
  return run('tanh', inputShare('rnn', x, weights), [stateOr(options.initial, x, units)], weights, options);
}

/** One product for all steps. [T, N, in] → [T, N, gates] */
function inputShare(who: string, x: Tensor, { input, bias }: RecurrentWeights): Tensor {
  if (x.rank !== 3) throw new Error(`${who}: x must be [T, N, in], got ${show(x.shape)}; transpose([1, 0, 2]) first`);
  return x.linear(input, bias);
}

/** The given state, or zeros for as many items as x has, also when their number is open. */
function stateOr(state: Tensor | undefined, x: Tensor, units: number): Tensor {
  if (state) return state;
  const items = x.shape[1]!;
  if (isFixed(items)) return x.constant(0).broadcastTo([items, units]);
  const column = x.slice(0, 0, 1).slice(2, 0, 1).reshape([items, 1]);
  return column.stopGradient().scale(0).broadcastTo([items, units]);
}

function run(
  cell: RecurrentCell,
  gates: Tensor,
  states: readonly Tensor[],
  { recurrent, projection, bias }: { recurrent: Tensor; projection?: Tensor; bias?: Tensor },
  { mask, reverse = false }: RecurrentOptions,
): Tensor {
  const real = mask?.cast('float32').reshape([...mask.shape, 1]); // [T, N, 1]
  const others = [
    ...states,
    recurrent,
    ...(projection ? [projection] : []),
    ...(cell === 'gru' && bias ? [bias] : []),
    ...(real ? [real] : []),
  ];
  const settings = { cell, reverse, projected: projection !== undefined, masked: real !== undefined };
  return gates.apply('recurrent', others, settings);
}
