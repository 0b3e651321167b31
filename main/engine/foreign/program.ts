/** A foreign ONNX file as a forward program: the file's own inputs and whichever of its values are asked for. */

import { create, toBinary } from '@bufbuild/protobuf';
import type { ModelProto } from 'onnx-buf';
import { ModelProtoSchema, StringStringEntryProtoSchema } from 'onnx-buf';
import type { ForwardProgram, Inputs } from '../compile';
import { encodeValue } from '../onnx/encode';
import { fedInputs } from '../onnx/read';
import type { Signature } from '../shape';
import { keepOnly, valuesOf } from './rewrite';

export interface ForeignOptions {
  /** What is fed; types and shapes as the file has them, open sizes filled in. */
  inputs: Inputs;
  /** What is given back: outputs of the graph, or any other value that it computes, by name. */
  outputs: Readonly<Record<string, Signature>>;
  device: ForwardProgram['device'];
}

/**
 * The model is changed: parse the file anew for another program.
 *
 * @throws Error that says what the file does not have
 */
export function foreignProgram(model: ModelProto, { inputs, outputs, device }: ForeignOptions): ForwardProgram {
  const graph = model.graph!;
  const known = new Set(valuesOf(graph));
  for (const name of Object.keys(outputs))
    if (!known.has(name)) throw new Error(`it computes no value “${name}”; its outputs are ${names(graph.output)}`);
  graph.output = Object.entries(outputs).map(([name, signature]) => encodeValue({ name, ...signature }));
  keepOnly(graph, Object.keys(outputs));
  const missing = fedInputs(graph).filter(({ name }) => !Object.hasOwn(inputs, name));
  if (missing.length > 0) throw new Error(`it must also be fed ${names(missing)}`);
  const fed = fedInputs(graph).map(({ name }) => [name, inputs[name]!] as const);
  return programOf(model, Object.fromEntries(fed), outputs, device);
}

/** Wraps a finished graph. Its weights are inside, so it has no variables and is baked as it is. */
export function programOf(
  model: ModelProto,
  inputs: Inputs,
  outputs: Readonly<Record<string, Signature>>,
  device: ForwardProgram['device'],
): ForwardProgram {
  return {
    onnx: toBinary(ModelProtoSchema, model),
    device,
    inputs,
    variables: [],
    outputs,
    bake: (_, metadata = {}) => toBinary(ModelProtoSchema, { ...model, metadataProps: withFacts(model, metadata) }),
  };
}

/** A model as the bytes of a file. */
export const writeOnnx = (model: ModelProto): Uint8Array<ArrayBuffer> => toBinary(ModelProtoSchema, model);

/** What the file said of itself stays, beside what is known now. */
const withFacts = ({ metadataProps }: ModelProto, facts: Record<string, string>) => [
  ...metadataProps.filter(({ key }) => !Object.hasOwn(facts, key)),
  ...Object.entries(facts).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
];

export const names = (values: readonly { name: string }[]): string =>
  values.map(({ name }) => `“${name}”`).join(', ') || 'none';
