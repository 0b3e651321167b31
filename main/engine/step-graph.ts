/** One ONNX model of a training step: what it is fed, what it changes, and what may be overwritten where it lies. */

import { reachable } from './graph';
import { inPlaceVariables } from './in-place';
import { lower } from './lower';
import { HALF_OPS } from './mixed-precision';
import type { Target } from './onnx/emitter';
import { outlineOf } from './outline/outline';
import type { Precision, StepGraph } from './program';
import { nextName, termName } from './program';
import type { Tensor } from './tensor';
import type { Traced } from './trace';
import { countFlops, readable, signatures } from './trace';

/** What a model computes. */
export interface GraphParts {
  terms: Traced;
  outputs: Traced;
  /** New values of variables and buffers. */
  updates: ReadonlyMap<string, Tensor>;
}

export interface GraphSettings {
  /** Everything that the model may be fed on each run. */
  inputs: Traced;
  /** Variables and buffers by name. */
  variables: ReadonlyMap<string, Tensor>;
  device: Target;
  precision: Precision;
}

export function stepGraph(
  { terms, outputs, updates }: GraphParts,
  { inputs, variables, device, precision }: GraphSettings,
): StepGraph & { flops: number } {
  const fetched = new Map([
    ...Object.entries(terms).map(([name, term]) => [termName(name), term] as const),
    ...Object.entries(outputs).map(([name, output]) => [name, readable(output)] as const),
    ...[...updates].map(([name, next]) => [nextName(name), next] as const),
  ]);
  const results = [...fetched.values()];
  const used = new Set(reachable(results.map(({ node }) => node)));
  const fed = Object.entries(inputs).filter(([, { node }]) => used.has(node));
  const read = [...variables].filter(([, { node }]) => used.has(node));
  const inPlace = inPlaceVariables(
    results,
    [...updates].map(([name, next]) => ({ variable: variables.get(name)!, next })),
  );
  return {
    onnx: lower({
      inputs: [...fed, ...read].map(([, tensor]) => tensor),
      outputs: fetched,
      target: device,
      ...(precision === 'mixed' ? { half: HALF_OPS } : {}),
    }),
    inputs: fed.map(([name]) => name),
    reads: read.map(([name]) => name),
    changes: new Map(
      [...updates.keys()].map((name) => [name, { inPlace: inPlace.has(variables.get(name)!.node) }] as const),
    ),
    terms: Object.keys(terms),
    outputs: signatures(outputs),
    outline: () => outlineOf(fetched),
    flops: countFlops(results),
  };
}
