/** What an ONNX file says about itself: inputs, outputs, operators, metadata. Weights are not decoded. */

import { fromBinary } from '@bufbuild/protobuf';
import type { TypeProto, ValueInfoProto } from 'onnx-buf';
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';

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
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
  /** How often each operator occurs. */
  operators: Map<string, number>;
  /** Names and shapes of the weights inside. */
  weights: { name: string; shape: number[] }[];
}

export function readOnnx(bytes: Uint8Array): OnnxDescription {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  if (!graph) throw new Error('readOnnx: the file holds no graph; is it an ONNX model?');
  const operators = new Map<string, number>();
  for (const { domain, opType } of graph.node) {
    const name = domain === '' ? opType : `${domain}.${opType}`;
    operators.set(name, (operators.get(name) ?? 0) + 1);
  }
  return {
    producer: model.producerName,
    opset: Number(model.opsetImport.find(({ domain }) => domain === '')?.version ?? 0),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    inputs: graph.input.map(describe),
    outputs: graph.output.map(describe),
    operators,
    weights: graph.initializer.map(({ name, dims }) => ({ name, shape: dims.map(Number) })),
  };
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
