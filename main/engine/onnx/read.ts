/** What an ONNX file says about itself: inputs, outputs, operators, metadata. Weights are not decoded. */

import type { GraphProto, ModelProto, TypeProto, ValueInfoProto } from 'onnx-buf';
import { TensorProto_DataType } from 'onnx-buf';
import { elementsOf, graphsOf, parseOnnx, tensorsOf } from '../foreign/parse';

export interface OnnxValueInfo {
  name: string;
  /** ONNX's own word, in lower case: float, int64, … */
  dtype: string;
  /** A number, or the name of an open size. */
  shape: (number | string)[];
}

export interface OnnxDescription {
  producer: string;
  opset: number;
  metadata: Record<string, string>;
  /** What must be fed; weights that an old file also lists as inputs are not among them. */
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
  /** How often each operator occurs, those inside If and Loop included. */
  operators: Map<string, number>;
  /** Names and shapes of the weights inside. */
  weights: { name: string; shape: number[] }[];
  /** Floating-point numbers in weights and constants. */
  parameters: number;
}

/** @throws Error that says what is wrong with the file */
export function readOnnx(bytes: Uint8Array): OnnxDescription {
  try {
    return describeOnnx(parseOnnx(bytes));
  } catch (error) {
    throw new Error(`readOnnx: the file cannot be read: ${(error as Error).message}`);
  }
}

export function describeOnnx(model: ModelProto): OnnxDescription {
  const graph = model.graph!;
  const operators = new Map<string, number>();
  for (const { node } of graphsOf(graph))
    for (const { domain, opType } of node) {
      const name = domain === '' ? opType : `${domain}.${opType}`;
      operators.set(name, (operators.get(name) ?? 0) + 1);
    }
  return {
    producer: model.producerName,
    opset: opsetOf(model),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    inputs: fedInputs(graph).map(describe),
    outputs: graph.output.map(describe),
    operators,
    weights: graph.initializer.map(({ name, dims }) => ({ name, shape: dims.map(Number) })),
    parameters: countParameters(graph),
  };
}

/** The version of the standard operators. */
export const opsetOf = ({ opsetImport }: ModelProto): number =>
  Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);

/** Until IR version 4, weights had to be listed as inputs as well. */
export function fedInputs({ input, initializer }: GraphProto): ValueInfoProto[] {
  const weights = new Set(initializer.map(({ name }) => name));
  return input.filter(({ name }) => !weights.has(name));
}

const floats: ReadonlySet<number> = new Set([
  TensorProto_DataType.FLOAT,
  TensorProto_DataType.FLOAT16,
  TensorProto_DataType.BFLOAT16,
  TensorProto_DataType.DOUBLE,
]);

function countParameters(graph: GraphProto): number {
  let count = 0;
  for (const { initializer, node } of graphsOf(graph)) {
    const constants = node.flatMap(({ attribute }) => attribute.flatMap(tensorsOf));
    for (const tensor of [...initializer, ...constants])
      if (floats.has(tensor.dataType)) count += elementsOf(tensor, tensor.name);
  }
  return count;
}

function describe({ name, type }: ValueInfoProto): OnnxValueInfo {
  const tensor = tensorType(type);
  if (!tensor) return { name, dtype: 'unknown', shape: [] };
  const dims = tensor.shape?.dim ?? [];
  return {
    name,
    dtype: (TensorProto_DataType[tensor.elemType] ?? 'unknown').toLowerCase(),
    shape: dims.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : (value.value ?? '?'))),
  };
}

const tensorType = (type: TypeProto | undefined) => (type?.value.case === 'tensorType' ? type.value.value : undefined);
