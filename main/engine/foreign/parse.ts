/**
 * Reads an ONNX file that somebody else made and proves that it is what it says, without running any of it: every
 * tensor has as many bytes as its shape needs, every operator is of a known domain, nothing is nested without end.
 * Errors are sentences about the file ("it …"), so that whoever knows its name can put it in front.
 */

import { fromBinary } from '@bufbuild/protobuf';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from 'onnx-buf';
import { ModelProtoSchema, TensorProto_DataLocation, TensorProto_DataType as Type } from 'onnx-buf';

/** Protobuf's own limit: its lengths are signed 32-bit numbers. */
const largestFile = 2 ** 31 - 1; // bytes
/** Deepest nesting of If and Loop bodies. Real models have two or three levels; what parses them recurses. */
const deepest = 16;
/** The newest operator set that ONNX Runtime 1.30 knows. */
const newestOpset = 26n;
const knownDomains: ReadonlySet<string> = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'com.microsoft',
  'com.microsoft.nchwc',
]);

/** @throws Error that says what is wrong with the file */
export function parseOnnx(bytes: Uint8Array): ModelProto {
  if (bytes.length === 0) throw new Error('it is empty (0 bytes)');
  if (bytes.length > largestFile)
    throw new Error(`it has ${bytes.length} bytes; an ONNX file has at most ${largestFile}`);
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new Error(`it is not an ONNX model, or it is damaged (${(error as Error).message})`);
  }
  if (!model.graph || model.graph.node.length + model.graph.output.length === 0)
    throw new Error('it holds no graph, so it is not an ONNX model, or it is damaged');
  checkModel(model, model.graph);
  modernise(model, model.graph);
  return model;
}

/** Until IR version 4 weights were inputs as well, which could be fed anew: here they are what they are. */
function modernise(model: ModelProto, graph: GraphProto): void {
  if (model.irVersion >= 4n) return;
  const weights = new Set(graph.initializer.map(({ name }) => name));
  graph.input = graph.input.filter(({ name }) => !weights.has(name));
  model.irVersion = 4n;
}

function checkModel(model: ModelProto, graph: GraphProto): void {
  if (graph.output.length === 0) throw new Error('its graph has no output');
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version;
  if (opset === undefined) throw new Error('it does not say which version of the ONNX operators it uses');
  if (opset < 1n || opset > newestOpset)
    throw new Error(`it uses version ${opset} of the ONNX operators; versions 1 to ${newestOpset} are known here`);
  const own = new Set(model.functions.map(({ domain, name }) => `${domain}.${name}`));
  const visit = (node: NodeProto) => {
    if (!knownDomains.has(node.domain) && !own.has(`${node.domain}.${node.opType}`))
      throw new Error(`it needs the operator ${node.domain}.${node.opType}, which ONNX Runtime does not have`);
  };
  for (const one of graphsOf(graph)) {
    one.node.forEach(visit);
    one.initializer.forEach((tensor) => checkTensor(tensor, `its weight “${tensor.name}”`));
    if (one.sparseInitializer.length > 0)
      throw new Error('it holds sparse weights, which are not supported: export it with dense ones');
    for (const { attribute, opType, name } of one.node)
      for (const tensor of attribute.flatMap(tensorsOf)) checkTensor(tensor, `a constant of ${opType} “${name}”`);
  }
  for (const { node } of model.functions) node.forEach(visit);
}

/** The tensors an attribute carries. */
export const tensorsOf = ({ t, tensors }: AttributeProto): TensorProto[] => [...(t ? [t] : []), ...tensors];

/** The bodies of a node: branches of If, bodies of Loop and Scan. */
export const bodiesOf = ({ attribute }: NodeProto): GraphProto[] =>
  attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);

/** A graph and all bodies inside it. @throws Error when they are nested deeper than any real model's */
export function* graphsOf(graph: GraphProto, depth = 0): Generator<GraphProto> {
  if (depth > deepest) throw new Error(`its If and Loop bodies are nested deeper than ${deepest} levels`);
  yield graph;
  for (const node of graph.node) for (const body of bodiesOf(node)) yield* graphsOf(body, depth + 1);
}

/** Bits of one element. A complex number is two floats; strings have no size of their own. */
const bitsOf: Partial<Record<Type, number>> = {
  [Type.FLOAT]: 32,
  [Type.UINT8]: 8,
  [Type.INT8]: 8,
  [Type.UINT16]: 16,
  [Type.INT16]: 16,
  [Type.INT32]: 32,
  [Type.INT64]: 64,
  [Type.BOOL]: 8,
  [Type.FLOAT16]: 16,
  [Type.DOUBLE]: 64,
  [Type.UINT32]: 32,
  [Type.UINT64]: 64,
  [Type.COMPLEX64]: 64,
  [Type.COMPLEX128]: 128,
  [Type.BFLOAT16]: 16,
  [Type.FLOAT8E4M3FN]: 8,
  [Type.FLOAT8E4M3FNUZ]: 8,
  [Type.FLOAT8E5M2]: 8,
  [Type.FLOAT8E5M2FNUZ]: 8,
  [Type.FLOAT8E8M0]: 8,
  [Type.UINT4]: 4,
  [Type.INT4]: 4,
  [Type.FLOAT4E2M1]: 4,
  [Type.UINT2]: 2,
  [Type.INT2]: 2,
};

/** Elements of a tensor. @throws Error for a negative size or more than memory can hold */
export function elementsOf({ dims }: TensorProto, who: string): number {
  let count = 1n;
  for (const dim of dims) {
    if (dim < 0n) throw new Error(`${who} has the negative size ${dim}`);
    count *= dim;
    if (count > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`${who} of shape [${dims}] is larger than any memory`);
  }
  return Number(count);
}

/** Bytes that the elements of a tensor take; undefined for strings. */
export function bytesNeeded(tensor: TensorProto, who: string): number | undefined {
  const count = elementsOf(tensor, who);
  if (tensor.dataType === Type.STRING) return undefined;
  const bits = bitsOf[tensor.dataType as Type];
  if (bits === undefined) throw new Error(`${who} has the unknown type ${tensor.dataType}`);
  return Math.ceil((count * bits) / 8);
}

export const isExternal = ({ dataLocation }: TensorProto): boolean =>
  dataLocation === TensorProto_DataLocation.EXTERNAL;

function checkTensor(tensor: TensorProto, who: string): void {
  const needed = bytesNeeded(tensor, who);
  if (isExternal(tensor)) return; // external.ts checks it against the file that it names
  const count = elementsOf(tensor, who);
  const shape = `${who} of shape [${tensor.dims}]`;
  if (tensor.rawData.length > 0) {
    if (needed === undefined) throw new Error(`${who} is of texts, but holds plain bytes`);
    if (tensor.rawData.length !== needed)
      throw new Error(`${shape} needs ${needed} bytes, but has ${tensor.rawData.length}`);
    return;
  }
  const [values, per] = listOf(tensor);
  const bits = bitsOf[tensor.dataType as Type] ?? 8;
  const wanted = bits < 8 ? Math.ceil((count * bits) / 8) : count * per;
  if (values.length !== wanted) throw new Error(`${shape} needs ${wanted} numbers, but has ${values.length}`);
}

/** The list in which a tensor keeps its numbers when they are not raw bytes, and how many make one element. */
function listOf(tensor: TensorProto): [values: { length: number }, perElement: number] {
  switch (tensor.dataType as Type) {
    case Type.FLOAT:
      return [tensor.floatData, 1];
    case Type.COMPLEX64:
      return [tensor.floatData, 2];
    case Type.DOUBLE:
      return [tensor.doubleData, 1];
    case Type.COMPLEX128:
      return [tensor.doubleData, 2];
    case Type.INT64:
      return [tensor.int64Data, 1];
    case Type.UINT32:
    case Type.UINT64:
      return [tensor.uint64Data, 1];
    case Type.STRING:
      return [tensor.stringData, 1];
    default:
      return [tensor.int32Data, 1];
  }
}
