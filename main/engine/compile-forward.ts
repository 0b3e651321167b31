/** From a model written in tensors to one ONNX graph of its forward pass, for any batch size. */

import { Graph, reachable } from './graph';
import { lower } from './lower';
import type { Target } from './onnx/emitter';
import { infer } from './ops/index';
import { outlineOf } from './outline/outline';
import type { ForwardProgram, Inputs } from './program';
import { Registry, Scope } from './scope';
import type { Tensor } from './tensor';
import { readable, signatures, type Traced, traceInputs } from './trace';

export interface ForwardOptions {
  /** Shapes may contain `batchDim`. */
  inputs: Inputs;
  outputs(scope: Scope, inputs: Traced): Record<string, Tensor>;
  device: Target;
}

export function compileForward({ inputs, outputs, device }: ForwardOptions): ForwardProgram {
  const graph = new Graph(infer);
  const registry = new Registry(graph, false);
  const fed = traceInputs(graph, inputs);
  const results = outputs(new Scope(registry), fed);
  const fetched = new Map(Object.entries(results).map(([name, output]) => [name, readable(output)] as const));
  // A model may declare more than these outputs need: the rest is neither fed nor written into an export.
  const needed = new Set(reachable([...fetched.values()].map(({ node }) => node)));
  const declared = [...registry.variables.values()].filter(({ tensor }) => needed.has(tensor.node));
  const parts = { inputs: [...Object.values(fed), ...declared.map(({ tensor }) => tensor)], outputs: fetched };
  return {
    onnx: lower({ ...parts, target: device }),
    device,
    inputs,
    variables: declared.map(({ tensor: _, ...spec }) => spec),
    outputs: signatures(results),
    outline: () => outlineOf(fetched),
    bake(values, metadata) {
      for (const { name } of declared) if (!values.has(name)) throw new Error(`bake: no value for ${name}`);
      const baked = new Map(declared.map(({ name }) => [name, values.get(name)!]));
      return lower({ ...parts, target: 'portable', baked, ...(metadata ? { metadata } : {}) });
    },
  };
}
