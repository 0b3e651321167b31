/** From a model written in tensors to ONNX: forward, backward and update together, or forward alone. */

import type { CompiledPhase, PhaseOptions } from './compile-phase';
import { compilePhase } from './compile-phase';
import type { Target } from './onnx/emitter';
import type { TrainPhase, TrainProgram, TrainVariable } from './program';
import { ONLY_PHASE } from './program';
import type { VariableSpec } from './scope';
import { sameShape, show } from './shape';

export type { ForwardOptions } from './compile-forward';
export { compileForward } from './compile-forward';
export type { PhaseOptions } from './compile-phase';
export type {
  ForwardProgram,
  Inputs,
  Objective,
  Precision,
  StepGraph,
  TrainPhase,
  TrainProgram,
  TrainVariable,
} from './program';
export { LEARNING_RATE, nextName, STEP_COUNT, termName } from './program';

export interface TrainOptions extends PhaseOptions {
  device: Target;
}

/** One objective, one optimizer: forward, backward, clipping and update as one model (two with micro-batches). */
export function compileTrainStep({ device, ...options }: TrainOptions): TrainProgram {
  return programOf(device, { [ONLY_PHASE]: compilePhase(options, { device, prefix: '' }) });
}

export interface AlternatingOptions {
  /** Each trains its own part of the variables (`trains`), by its own objective and optimizer. */
  phases: Readonly<Record<string, PhaseOptions>>;
  device: Target;
}

/**
 * Several kinds of step over one set of variables, taken in any order: critic and generator, a classifier and the
 * network that hides from it, one layer after another. `session.step(feeds, learningRate, phase)` takes one of them.
 *
 * Each phase has its own moments, `<phase>.<name>`; variables of one name are one variable.
 */
export function compileAlternating({ phases, device }: AlternatingOptions): TrainProgram {
  const compiled = Object.entries(phases).map(([name, options]) => {
    return [name, compilePhase(options, { device, prefix: `${name}.` })] as const;
  });
  if (compiled.length === 0) throw new Error('compileAlternating: needs at least one phase');
  return programOf(device, Object.fromEntries(compiled));
}

function programOf(device: Target, compiled: Readonly<Record<string, CompiledPhase>>): TrainProgram {
  const phases = Object.fromEntries(Object.entries(compiled).map(([name, { phase }]) => [name, phase]));
  const all = Object.values(phases);
  const [first] = all as [TrainPhase];
  const variables = union(Object.values(compiled)).map((spec): TrainVariable => ({ ...spec, ...changesOf(spec, all) }));
  return {
    device,
    phases,
    variables,
    onnx: first.graphs.update.onnx,
    inputs: first.inputs,
    microBatches: first.microBatches,
    precision: all.some(({ precision }) => precision === 'mixed') ? 'mixed' : 'float32',
    terms: [...new Set(all.flatMap(({ terms }) => terms))],
    outputs: Object.assign({}, ...all.map(({ outputs }) => outputs)),
    flops: all.reduce((total, { flops }) => total + flops, 0),
    parameterCount: variables
      .filter(({ kind, changes }) => kind === 'parameter' && changes)
      .reduce((total, { shape }) => total + shape.reduce((size, dim) => size * dim, 1), 0),
  };
}

/** The variables of all phases; those of one name must agree. */
function union(compiled: readonly CompiledPhase[]): VariableSpec[] {
  const found = new Map<string, VariableSpec>();
  for (const variable of compiled.flatMap(({ variables }) => variables)) {
    const known = found.get(variable.name);
    if (!known) found.set(variable.name, variable);
    else if (known.kind !== variable.kind || !sameShape(known.shape, variable.shape)) {
      const [a, b] = [known, variable].map(({ kind, shape }) => `${kind} ${show(shape)}`);
      throw new Error(`compileAlternating: ${variable.name} is ${a} in one phase and ${b} in another`);
    } else if (known.init.name !== variable.init.name || known.startsAs !== variable.startsAs) {
      throw new Error(`compileAlternating: ${variable.name} starts differently in two phases`);
    }
  }
  return [...found.values()];
}

function changesOf({ name }: VariableSpec, phases: readonly TrainPhase[]): { changes: boolean; inPlace: boolean } {
  const graphs = phases.flatMap(({ graphs: { accumulate, update } }) => (accumulate ? [accumulate, update] : [update]));
  const changes = graphs.flatMap((graph) => graph.changes.get(name) ?? []);
  return { changes: changes.length > 0, inPlace: changes.length > 0 && changes.every(({ inPlace }) => inPlace) };
}
