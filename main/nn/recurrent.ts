/** Recurrent layers: stacks of LSTMs or GRUs, in one direction or two, over [N, T, width]. */
import { dropout } from '#main/engine/functions/random';
import { gru, lstm } from '#main/engine/functions/recurrent';
import type { Init } from '#main/engine/init';
import { uniform } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

export interface RecurrentLayerOptions {
  cell?: 'lstm' | 'gru';
  units: number;
  layers?: number;
  /** Numbers of an LSTM's state that are seen, when fewer than `units` (ELMo: 512 of 4096). */
  projection?: number;
  /** A layer's input is added to its output from the second layer on (ELMo). */
  residual?: boolean;
  /** [N, T], 1 real, 0 padding. */
  mask?: Tensor;
  /** Rate of dropout between layers. */
  dropout?: number;
  /** Start values; uniform on ±1/√units when left out, as in PyTorch. */
  init?: Init;
}

/** One layer's state after the last step. */
export interface RecurrentState {
  /** [N, units] */
  hidden: Tensor;
  /** [N, units]; an LSTM's only */
  cell?: Tensor;
}

export interface RecurrentResult {
  /** The last layer's output, [N, T, units] (or `projection`). */
  output: Tensor;
  /** Every layer's output, for ELMo's mix; the same shape each. */
  layers: readonly Tensor[];
  /** Every layer's last state, to start a decoder or the next piece of a long text with. */
  states: readonly RecurrentState[];
}

/**
 * x: [N, T, in]. Parameters under `layers.<i>.`: `input` [in, gates], `recurrent` [units, gates], `bias` [gates], GRU:
 * `recurrentBias`, LSTM with a projection: `projection` [units, projection]. Gates: LSTM i, f, o, g; GRU r, z, n.
 */
export function recurrentStack(
  scope: Scope,
  x: Tensor,
  options: RecurrentLayerOptions & { reverse?: boolean; initial?: readonly RecurrentState[] },
): RecurrentResult {
  const { layers = 1, residual = false, dropout: rate = 0, initial = [] } = options;
  let h = overTime(x); // [T, N, in]
  const outputs: Tensor[] = [];
  const states: RecurrentState[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const at = scope.at('layers').at(layer);
    const { output, state } = recurrentLayer(at, layer === 0 ? h : dropout(at, h, rate), options, initial[layer]);
    h = residual && layer > 0 ? h.add(output) : output;
    outputs.push(overTime(h));
    states.push(state);
  }
  return { output: outputs.at(-1)!, layers: outputs, states };
}

/**
 * Two stacks that never meet, one from each end, as ELMo needs (Peters et al. 2018, arXiv:1802.05365): parameters under
 * `forward` and `backward`. x: [N, T, in] → both results; `output` of the two side by side, [N, T, 2 · units].
 */
export function bidirectional(scope: Scope, x: Tensor, options: RecurrentLayerOptions) {
  const forward = recurrentStack(scope.at('forward'), x, options);
  const backward = recurrentStack(scope.at('backward'), x, { ...options, reverse: true });
  return { forward, backward, output: forward.output.concat([backward.output], 2) };
}

/** [N, T, w] ↔ [T, N, w] */
const overTime = (x: Tensor): Tensor => x.transpose([1, 0, 2]);

function recurrentLayer(
  scope: Scope,
  x: Tensor,
  options: RecurrentLayerOptions & { reverse?: boolean },
  initial: RecurrentState | undefined,
): { output: Tensor; state: RecurrentState } {
  const { cell = 'lstm', units, projection, mask, reverse = false } = options;
  const { init = uniform(-1 / Math.sqrt(units), 1 / Math.sqrt(units)) } = options;
  const width = fixed('recurrentLayer', x.shape[2], 'the width of the input');
  const gates = units * (cell === 'lstm' ? 4 : 3);
  const weights = {
    input: scope.parameter('input', [width, gates], init),
    recurrent: scope.parameter('recurrent', [projection ?? units, gates], init),
    bias: scope.parameter('bias', [gates], init),
  };
  const rest = {
    reverse,
    ...(mask ? { mask: mask.transpose() } : {}),
    ...(initial ? { initial: initial.hidden } : {}),
  };
  const steps = Number(x.shape[0]);
  const last = (states: Tensor) => {
    const at = reverse ? 0 : steps - 1;
    return states.slice(0, at, at + 1).reshape(states.shape.slice(1));
  };
  if (cell === 'gru') {
    if (projection !== undefined)
      throw new Error('recurrentLayer: only an LSTM has a projection; leave it out for a GRU');
    const output = gru(x, { ...weights, recurrentBias: scope.parameter('recurrentBias', [gates], init) }, rest);
    return { output, state: { hidden: last(output) } };
  }
  const smaller =
    projection === undefined ? {} : { projection: scope.parameter('projection', [units, projection], init) };
  const found = lstm(
    x,
    { ...weights, ...smaller },
    { ...rest, ...(initial?.cell ? { initialCell: initial.cell } : {}) },
  );
  return { output: found.output, state: { hidden: last(found.hidden), cell: last(found.cell) } };
}
