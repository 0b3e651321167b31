/** A loop over the steps of a sequence: a Scan on the CPU, unrolled on WebGPU, where a Scan would leave the device. */

import type { Emitter, OnnxBody, Value } from '../onnx/emitter';

export interface Loop {
  /** Carried from step to step, with their start values. */
  readonly states: readonly Value[];
  /** [T, ...] each; a step sees [...]. */
  readonly sequences: readonly Value[];
  readonly steps: number;
  /** Runs from the last step to the first; results still lie in the order of the sequence. */
  readonly reverse: boolean;
  /** One step. It may read any other value of the graph. */
  body(emit: Emitter, states: readonly Value[], slices: readonly Value[]): { states: Value[]; results: Value[] };
}

export interface Looped {
  /** The states after the last step. */
  readonly states: string[];
  /** [T, ...] each. */
  readonly results: string[];
}

export function overTime(emit: Emitter, loop: Loop): Looped {
  return emit.target === 'webgpu' ? unrolled(emit, loop) : scanned(emit, loop);
}

function scanned(emit: Emitter, { states, sequences, reverse, body }: Loop): Looped {
  const slices = sequences.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  let counted = 0;
  const inside: OnnxBody = emit.body([...states, ...slices], (inner, inputs) => {
    const next = body(inner, inputs.slice(0, states.length), inputs.slice(states.length));
    counted = next.results.length;
    return distinct(inner, [...next.states, ...next.results]);
  });
  const direction = reverse ? 1 : 0;
  const outputs = emit.nodeWith(states.length + counted, 'Scan', [...states, ...sequences], {
    body: inside,
    num_scan_inputs: sequences.length,
    scan_input_directions: sequences.map(() => direction),
    scan_output_directions: Array.from({ length: counted }, () => direction),
  });
  return { states: outputs.slice(0, states.length), results: outputs.slice(states.length) };
}

/** A body must not return one value twice. */
function distinct(emit: Emitter, values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.map((value) => {
    if (!seen.has(value.name)) {
      seen.add(value.name);
      return value;
    }
    return { ...value, name: emit.node('Identity', [value]) };
  });
}

function unrolled(emit: Emitter, { states, sequences, steps, reverse, body }: Loop): Looped {
  let now = [...states];
  const results: string[][] = [];
  const order = Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));
  for (const step of order) {
    const slices = sequences.map((sequence) => stepOf(emit, sequence, step));
    const next = body(emit, now, slices);
    now = next.states;
    next.results.forEach((result, place) => {
      const row = emit.node('Unsqueeze', [result, emit.ints([0])]);
      results[place] = reverse ? [row, ...(results[place] ?? [])] : [...(results[place] ?? []), row];
    });
  }
  return {
    states: now.map(({ name }) => name),
    results: results.map((rows) => concatAll(emit, rows)),
  };
}

function stepOf(emit: Emitter, sequence: Value, step: number): Value {
  const shape = sequence.shape.slice(1);
  const row = emit.node('Slice', [sequence, emit.ints([step]), emit.ints([step + 1]), emit.ints([0])]);
  return { name: emit.node('Squeeze', [row, emit.ints([0])]), shape, dtype: sequence.dtype };
}

const concatAll = (emit: Emitter, rows: readonly string[]): string =>
  rows.length === 1 ? rows[0]! : emit.node('Concat', rows, { axis: 0 });
