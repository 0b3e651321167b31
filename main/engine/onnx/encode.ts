/** Writes a lowered graph as the bytes of an ONNX model. */

import { create, toBinary } from '@bufbuild/protobuf';
import type { AttributeProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Dim } from '../shape';
import { isFixed } from '../shape';
import type { Attribute, OnnxBody, OnnxConstant, OnnxNode, StoredType, Value } from './emitter';
import { isBody } from './emitter';

/** Opset 20 has Gelu; later ones drop operators that this engine may use (RandomUniformLike, Bernoulli). */
const OPSET = 20n;
const IR_VERSION = 9n;

export const dataTypes: Readonly<Record<StoredType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
};

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export function encode({ nodes, constants, inputs, outputs, metadata = {} }: OnnxModel): Uint8Array<ArrayBuffer> {
  const usesMicrosoft = everyNode(nodes).some((node) => node.domain === 'com.microsoft');
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'pretext',
    opsetImport: [{ domain: '', version: OPSET }, ...(usesMicrosoft ? [{ domain: 'com.microsoft', version: 1n }] : [])],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'pretext',
      node: nodes.map(encodeNode),
      initializer: constants.map(encodeConstant),
      input: inputs.map(encodeValue),
      output: outputs.map(encodeValue),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** The nodes of a graph and of all bodies inside it. */
export function everyNode(nodes: readonly OnnxNode[]): OnnxNode[] {
  const inside = ({ attributes }: OnnxNode) => Object.values(attributes).filter(isBody);
  return nodes.flatMap((node) => [node, ...inside(node).flatMap((body) => everyNode(body.nodes))]);
}

const encodeBody = ({ nodes, inputs, outputs }: OnnxBody) =>
  create(GraphProtoSchema, {
    name: 'body',
    node: nodes.map(encodeNode),
    input: inputs.map(encodeValue),
    output: outputs.map(encodeValue),
  });

export const encodeNode = ({ type, domain, inputs, outputs, attributes, origin }: OnnxNode) =>
  create(NodeProtoSchema, {
    opType: type,
    name: origin === undefined ? `${type}_${outputs[0]}` : `${origin}:${type}_${outputs[0]}`,
    domain,
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
  });

/** Only the field that `type` names may be set: ONNX Runtime rejects attributes with two. */
function encodeAttribute(name: string, value: Attribute): AttributeProto {
  const { FLOAT, GRAPH, INT, INTS, STRING } = AttributeProto_AttributeType;
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value) });
  }
  if (isBody(value)) return create(AttributeProtoSchema, { name, type: GRAPH, g: encodeBody(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: INTS, ints: value.map(BigInt) });
}

export const encodeConstant = ({ name, shape, dtype, data }: OnnxConstant): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: dataTypes[dtype],
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });

const encodeDim = (dim: Dim) =>
  isFixed(dim)
    ? { value: { case: 'dimValue' as const, value: BigInt(dim) } }
    : { value: { case: 'dimParam' as const, value: dim.batch === 1 ? 'N' : `${dim.batch}N` } };

export const encodeValue = ({ name, shape, dtype }: Value): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: { case: 'tensorType', value: { elemType: dataTypes[dtype], shape: { dim: shape.map(encodeDim) } } },
    },
  });
