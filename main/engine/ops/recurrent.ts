/**
 * Recurrent cells over time. The loop holds only what each step needs of the one before: the products with the inputs
 * lie before it, and in the backward pass all factors and the weights' gradients are computed for all steps at once.
 *
 * Letters: T steps, N items, H units; gates: 4H (LSTM: i, f, o, g), 3H (GRU: r, z, n), H (plain tanh).
 */

import type { Emitter, Value } from '../onnx/emitter';
import type { Shape, Signature } from '../shape';
import { elements, fixed, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes, RecurrentCell } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';
import { overTime } from './over-time';

type Settings = OpAttributes['recurrent'];

const GATES: Readonly<Record<RecurrentCell, number>> = { lstm: 4, gru: 3, tanh: 1 };

/** The inputs by name; the order is that of the node. */
interface Inputs<T> {
  gates: T;
  h: T;
  c?: T;
  weight: T;
  projection?: T;
  bias?: T;
  mask?: T;
}

function named<T>(inputs: readonly T[], { cell, projected, masked }: Settings): Inputs<T> {
  const rest = [...inputs];
  const next = () => rest.shift() as T;
  return {
    gates: next(),
    h: next(),
    ...(cell === 'lstm' ? { c: next() } : {}),
    weight: next(),
    ...(projected ? { projection: next() } : {}),
    ...(cell === 'gru' ? { bias: next() } : {}),
    ...(masked ? { mask: next() } : {}),
  };
}

interface Sizes {
  steps: number;
  units: number;
  items: Shape[number];
  gates: number;
}

function sizesOf(gates: Signature, { cell }: Settings): Sizes {
  const [steps, items, width] = gates.shape;
  const units = fixed(cell, width, 'the gates') / GATES[cell];
  return { steps: fixed(cell, steps, 'T'), units, items: items!, gates: GATES[cell] * units };
}

function expectShape(what: string, { shape }: Signature, wanted: Shape): void {
  if (!sameShape(shape, wanted)) throw new Error(`${what} must be ${show(wanted)}, got ${show(shape)}`);
}

/**
 * gates: [T, N, gates], what the inputs add to each gate, bias included; h (and c): [N, H], the state before the first
 * step; weight: [H, gates] ([P, gates] after a projection [H, P]); GRU: bias [3H], inside the reset; mask: [T, N, 1], 1
 * real, 0 padding, where the state stays → h of all steps [T, N, H]; for an LSTM [2T, N, H], first all h, then all c.
 */
export const recurrent: Op<Settings> = {
  shape(inputs, settings) {
    const { cell } = settings;
    expectFloat(cell, ...inputs);
    const { gates, h, c, weight, projection, bias, mask } = named(inputs, settings);
    if (gates.shape.length !== 3) throw new Error(`${cell}: gates must be [T, N, gates], got ${show(gates.shape)}`);
    const sizes = sizesOf(gates, settings);
    const inner = projection ? projection.shape[1]! : sizes.units;
    expectShape(`${cell}: the first h`, h, [sizes.items, sizes.units]);
    if (c) expectShape(`${cell}: the first c`, c, [sizes.items, sizes.units]);
    expectShape(`${cell}: the recurrent weight`, weight, [inner, sizes.gates]);
    if (projection) expectShape(`${cell}: the projection`, projection, [sizes.units, inner]);
    if (bias) expectShape(`${cell}: the recurrent bias`, bias, [sizes.gates]);
    if (mask) expectShape(`${cell}: the mask`, mask, [sizes.steps, sizes.items, 1]);
    return [cell === 'lstm' ? 2 * sizes.steps : sizes.steps, sizes.items, sizes.units];
  },

  lower(emit, inputs, settings) {
    const parts = named(inputs, settings);
    const sizes = sizesOf(parts.gates, settings);
    const { results } = overTime(emit, {
      states: parts.c ? [parts.h, parts.c] : [parts.h],
      sequences: parts.mask ? [parts.gates, parts.mask] : [parts.gates],
      steps: sizes.steps,
      reverse: settings.reverse,
      body: (inner, states, slices) => forwardStep(inner, settings.cell, parts, sizes, states, slices),
    });
    if (settings.cell !== 'lstm') return emit.keep(results[0]!, results.slice(1));
    return emit.keep(emit.node('Concat', results.slice(0, 2), { axis: 0 }), results.slice(2));
  },

  gradient: ({ inputs, y, g }, settings) => recurrentGradients(inputs, y, g, settings),

  flops: ([gates], settings) => stepFlops(gates!, settings),
};

const stepFlops = (gates: Signature, settings: Settings): number =>
  2 * elements('recurrent', gates.shape) * sizesOf(gates, settings).units;

type Step = { states: Value[]; results: Value[] };

function forwardStep(
  emit: Emitter,
  cell: RecurrentCell,
  { weight, projection, bias }: Inputs<Value>,
  { units, items }: Sizes,
  [h, c]: readonly Value[],
  [gates, mask]: readonly Value[],
): Step {
  const of = (name: string, width = units): Value => ({ name, shape: [items, width], dtype: 'float32' });
  const op = (type: string, ...operands: (Value | string)[]) => emit.node(type, operands);
  const split = (x: string, sizes: readonly number[]) =>
    emit.nodeWith(sizes.length, 'Split', [x, emit.ints(sizes)], { axis: 1 });
  /** Where the mask is 0 the old state stays. */
  const kept = (next: string, old: Value) => (mask ? op('Add', old, op('Mul', mask, op('Sub', next, old))) : next);
  const from = projection ? emit.node('Gemm', [h!, projection]) : h!;

  if (cell === 'tanh') {
    const next = of(kept(op('Tanh', emit.node('Gemm', [from, weight, gates!])), h!));
    return { states: [next], results: [next] };
  }
  if (cell === 'gru') {
    const [a, u] = split(emit.node('Gemm', [from, weight, bias!]), [2 * units, units]);
    const [x, xn] = split(gates!.name, [2 * units, units]);
    const rz = op('Sigmoid', op('Add', a!, x!));
    const [r, z] = split(rz, [units, units]);
    const n = op('Tanh', op('Add', xn!, op('Mul', r!, u!)));
    const next = of(kept(op('Add', n, op('Mul', z!, op('Sub', h!, n))), h!));
    return { states: [next], results: [next, of(rz, 2 * units), of(n), of(u!)] };
  }
  const [a, b] = split(emit.node('Gemm', [from, weight, gates!]), [3 * units, units]);
  const [s, g] = [op('Sigmoid', a!), op('Tanh', b!)];
  const [i, f, o] = split(s, [units, units, units]);
  const raw = op('Add', op('Mul', f!, c!), op('Mul', i!, g));
  const [nextC, nextH] = [of(kept(raw, c!)), of(kept(op('Mul', o!, op('Tanh', raw)), h!))];
  return { states: [nextH, nextC], results: [nextH, nextC, of(s, 3 * units), of(g)] };
}

/** A further value that was computed on the way to x, for gradients. */
export const further: Op<OpAttributes['further']> = {
  shape: (_, { shape }) => shape,
  lower: (emit, [x], { index }) => {
    const name = emit.kept(x!)[index];
    if (name === undefined) throw new Error(`internal: ${x!.name} has no further value ${index}`);
    return name;
  },
  gradient: () => {
    throw new Error('recurrent: gradients of its gradient are not supported; use another cell for a gradient penalty');
  },
};

function recurrentGradients(
  inputs: readonly Tensor[],
  y: Tensor,
  g: Tensor,
  settings: Settings,
): (Tensor | undefined)[] {
  const { cell, reverse } = settings;
  const { h, c, weight, projection, mask, gates, bias } = named(inputs, settings);
  const { steps, units, items } = sizesOf(gates, settings);
  const more = (of: Tensor, index: number, shape: Shape) => of.apply('further', [], { index, shape });
  const sequence = (width: number): Shape => [steps, items, width];
  const states = cell === 'lstm' ? y.slice(0, 0, steps) : y;
  const before = earlier(states, h, reverse);
  const kept = (index: number, width = units) => more(y, index, sequence(width));
  const factors = { lstm: lstmFactors, gru: gruFactors, tanh: tanhFactors }[cell]({
    y,
    c,
    before,
    kept,
    steps,
    units,
    reverse,
  });

  const masked = factors.every.map((factor) => (mask ? factor.mul(mask) : factor));
  const stays = mask?.neg().plus(1); // [T, N, 1]
  const carry = factors.carry && mask ? factors.carry.mul(mask).add(stays!) : factors.carry;
  const carryH = cell === 'lstm' ? stays?.broadcastTo(sequence(units)) : (carry ?? stays?.broadcastTo(sequence(units)));
  const incoming = cell === 'lstm' ? [g.slice(0, 0, steps), g.slice(0, steps)] : [g];
  const rest = [...masked, ...(cell === 'lstm' ? [carry!] : []), ...(carryH ? [carryH] : [])];
  const matrices = projection ? [weight, projection] : [weight];
  const back = incoming[0]!.apply('recurrentBack', [...incoming.slice(1), ...rest, ...matrices], {
    cell,
    reverse,
    projected: projection !== undefined,
    carried: carryH !== undefined,
  }); // [T, N, gates], dL/d(weight · h + …) before the activations

  const rows = (x: Tensor) => x.reshape([-1, Number(x.shape[2])]);
  const [first, second] = [
    more(back, 0, [items, units]),
    more(back, 1, cell === 'lstm' ? [items, units] : sequence(units)),
  ];
  const flat = rows(back);
  const source = projection ? rows(before).matmul(projection) : rows(before);
  const parts: Inputs<Tensor | undefined> = {
    gates: factors.gates ? factors.gates(back, mask ? second.mul(mask) : second) : back,
    h: first,
    ...(c ? { c: second } : {}),
    weight: source.matmul(flat, { transA: true }),
    ...(projection ? { projection: rows(before).matmul(flat.matmul(weight, { transB: true }), { transA: true }) } : {}),
    ...(bias ? { bias: flat.sum(0) } : {}),
    ...(mask ? { mask: undefined } : {}),
  };
  return Object.values(parts);
}

/** What a state was before each step. */
const earlier = (states: Tensor, first: Tensor, reverse: boolean): Tensor => {
  const start = first.reshape([1, ...first.shape]);
  const steps = Number(states.shape[0]);
  if (steps === 1) return start;
  return reverse ? states.slice(0, 1).concat([start], 0) : start.concat([states.slice(0, 0, steps - 1)], 0);
};

interface FactorSource {
  y: Tensor;
  c: Tensor | undefined;
  before: Tensor;
  kept(index: number, width?: number): Tensor;
  steps: number;
  units: number;
  reverse: boolean;
}

interface Factors {
  /** Multiplied with the gradient of the state; 0 at padding. */
  every: Tensor[];
  /** How much of the state's gradient goes straight to the step before; 1 at padding. */
  carry?: Tensor;
  /** dL/dgates from the loop's result and dL/dh of each step, where they differ. */
  gates?(back: Tensor, dh: Tensor): Tensor;
}

const slope = (s: Tensor): Tensor => s.sub(s.square()); // σ' = σ (1 − σ)
const tanhSlope = (t: Tensor): Tensor => t.square().neg().plus(1);

// dc = dh · o (1 − tanh² c) + …; di = dc · g i (1 − i), df = dc · c' f (1 − f), do = dh · tanh c · o (1 − o),
// dg = dc · i (1 − g²)
function lstmFactors({ y, c, kept, steps, units, reverse }: FactorSource): Factors {
  const [s, g] = [kept(0, 3 * units), kept(1)];
  const [i, f, o] = [0, 1, 2].map((at) => s.slice(2, at * units, (at + 1) * units)) as [Tensor, Tensor, Tensor];
  const cells = y.slice(0, steps);
  const bent = cells.tanh();
  const raw = g
    .concat([earlier(cells, c!, reverse), bent], 2)
    .mul(slope(s))
    .concat([i.mul(tanhSlope(g))], 2);
  return { every: [raw, o.mul(tanhSlope(bent))], carry: f };
}

// dr = dn' u r (1 − r), dz = dh (h' − n) z (1 − z), dn' = dh (1 − z)(1 − n²), du = dn' r; dh' = dh z + …
function gruFactors({ before, kept, units }: FactorSource): Factors {
  const [rz, n, u] = [kept(0, 2 * units), kept(1), kept(2)];
  const [r, z] = [rz.slice(2, 0, units), rz.slice(2, units)];
  const inner = z.neg().plus(1).mul(tanhSlope(n));
  const raw = inner
    .mul(u)
    .concat([before.sub(n)], 2)
    .mul(slope(rz))
    .concat([inner.mul(r)], 2);
  // The input's share of n lies outside the reset, the state's inside.
  const gates = (back: Tensor, dh: Tensor) => back.slice(2, 0, 2 * units).concat([dh.mul(inner)], 2);
  return { every: [raw], carry: z, gates };
}

const tanhFactors = ({ y }: FactorSource): Factors => ({ every: [tanhSlope(y)] });

type BackSettings = OpAttributes['recurrentBack'];

/**
 * The backward loop. Inputs: dL/dh [T, N, H] (LSTM: and dL/dc), the gates' factors [T, N, gates], LSTM: the factors from
 * h to c and from c to the c before, [T, N, H]; carried: from h to the h before; the weights.
 *
 * → [T, N, gates]; kept beside it: dL/d(first h), then LSTM: dL/d(first c), else dL/dh of each step [T, N, H].
 */
export const recurrentBack: Op<BackSettings> = {
  shape: (inputs, { cell }) => inputs[cell === 'lstm' ? 2 : 1]!.shape,
  lower(emit, inputs, settings, result) {
    const { cell, reverse, projected, carried } = settings;
    const matrices = projected ? inputs.slice(-2) : inputs.slice(-1);
    const sequences = inputs.slice(0, -matrices.length);
    const shape = inputs[0]!.shape.slice(1);
    const zeros = (): Value => ({
      name: emit.node('Expand', [emit.scalar(0), emit.ints(shape.map(Number))]),
      shape,
      dtype: 'float32',
    });
    const { states, results } = overTime(emit, {
      states: cell === 'lstm' ? [zeros(), zeros()] : [zeros()],
      sequences,
      steps: Number(result.shape[0]),
      reverse: !reverse,
      body: (inner, now, slices) => backwardStep(inner, { cell, carried }, matrices, now, slices),
    });
    return emit.keep(results[0]!, cell === 'lstm' ? states : [states[0]!, results[1]!]);
  },
  gradient: () => {
    throw new Error('recurrent: gradients of its gradient are not supported; use another cell for a gradient penalty');
  },
  flops: (_, { cell }, result) => (2 * elements('recurrent', result.shape) * Number(result.shape[2])) / GATES[cell],
};

function backwardStep(
  emit: Emitter,
  { cell, carried }: Pick<BackSettings, 'cell' | 'carried'>,
  [weight, projection]: readonly Value[],
  [dh, dc]: readonly Value[],
  slices: readonly Value[],
): Step {
  const op = (type: string, ...operands: (Value | string)[]) => emit.node(type, operands);
  const like = (name: string, value: Value): Value => ({ ...value, name });
  /** Through the weights to the state before. */
  const through = (gates: string) => {
    const inner = emit.node('Gemm', [gates, weight!], { transB: 1 });
    return projection ? emit.node('Gemm', [inner, projection], { transB: 1 }) : inner;
  };
  const state = op('Add', slices[0]!, dh!);
  const factors = cell === 'lstm' ? slices[2]! : slices[1]!;
  const carry = carried ? slices.at(-1)! : undefined;
  const previous = (gates: string) =>
    like(carry ? op('Add', through(gates), op('Mul', state, carry)) : through(gates), dh!);

  if (cell === 'lstm') {
    const c = op('Add', op('Add', slices[1]!, dc!), op('Mul', state, slices[3]!));
    const gates = op('Mul', emit.node('Concat', [c, c, state, c], { axis: 1 }), factors);
    return { states: [previous(gates), like(op('Mul', c, slices[4]!), dc!)], results: [like(gates, factors)] };
  }
  const spread = cell === 'gru' ? emit.node('Concat', [state, state, state], { axis: 1 }) : state;
  const gates = op('Mul', spread, factors);
  return { states: [previous(gates)], results: [like(gates, factors), like(state, slices[0]!)] };
}
