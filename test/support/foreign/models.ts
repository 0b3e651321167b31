/** Small ONNX files as others make them: old versions, fixed batches, channels last, weights outside, endless loops. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TensorProto_DataType as Type,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { stream } from '#main/engine/random';

type Size = number | string;
type Attribute = number | number[];

export function node(
  opType: string,
  input: string[],
  output: string[],
  attributes: Record<string, Attribute> = {},
): NodeProto {
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) })
      : create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) }),
  );
  return create(NodeProtoSchema, { opType, name: `${opType}_${output[0]}`, input, output, attribute });
}

export const value = (name: string, shape: Size[], elemType: Type = Type.FLOAT): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: shape.map((size) =>
              typeof size === 'number'
                ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
                : { value: { case: 'dimParam' as const, value: size } },
            ),
          },
        },
      },
    },
  });

export const weight = (name: string, dims: number[], data: Float32Array): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: Type.FLOAT,
    rawData: new Uint8Array(new Float32Array(data).buffer),
  });
export const ints = (name: string, values: number[]): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: Type.INT64,
    int64Data: values.map(BigInt),
  });

export interface Parts {
  nodes: NodeProto[];
  weights?: TensorProto[];
  inputs: ValueInfoProto[];
  outputs: ValueInfoProto[];
  opset?: number;
  ir?: number;
}

export function modelFile({
  nodes,
  weights = [],
  inputs,
  outputs,
  opset = 13,
  ir = 7,
}: Parts): Uint8Array<ArrayBuffer> {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(ir),
      producerName: 'someone',
      opsetImport: [{ domain: '', version: BigInt(opset) }],
      // Until version 4, weights had to be listed as inputs too.
      graph: {
        name: 'g',
        node: nodes,
        initializer: weights,
        input: [
          ...inputs,
          ...(ir < 4 ? weights.map(({ name, dims, dataType }) => value(name, dims.map(Number), dataType)) : []),
        ],
        output: outputs,
      },
    }),
  );
}

export interface ClassifierOptions {
  /** Pictures at once; a name leaves the number open. */
  batch?: Size;
  side?: number;
  channels?: number;
  layout?: 'NCHW' | 'NHWC';
  classes?: number;
  opset?: number;
  ir?: number;
  seed?: number;
  /** Pictures that its inner reshape is made for, whatever its input says. */
  rows?: number;
}

/** Convolution 3 × 3 to 4 channels, ReLU, flatten, dense to the classes, softmax: the smallest of its kind. */
export function classifier(options: ClassifierOptions = {}): Uint8Array<ArrayBuffer> {
  const { batch = 'N', side = 8, channels = 1, layout = 'NCHW', classes = 3, opset = 13, ir = 7, seed = 1 } = options;
  const random = stream(seed);
  const features = 4 * side * side;
  const rows = options.rows ?? (typeof batch === 'number' ? batch : -1);
  const isLast = layout === 'NHWC';
  return modelFile({
    nodes: [
      ...(isLast ? [node('Transpose', ['data'], ['first'], { perm: [0, 3, 1, 2] })] : []),
      node('Conv', [isLast ? 'first' : 'data', 'kernel', 'shift'], ['map'], {
        kernel_shape: [3, 3],
        pads: [1, 1, 1, 1],
      }),
      node('Relu', ['map'], ['active']),
      node('Reshape', ['active', 'rows'], ['features']),
      node('MatMul', ['features', 'dense'], ['scores']),
      node('Softmax', ['scores'], ['classes'], { axis: 1 }),
    ],
    weights: [
      weight('kernel', [4, channels, 3, 3], random.split('kernel').normal(36 * channels)),
      weight('shift', [4], random.split('shift').normal(4)),
      ints('rows', [rows, features]),
      weight('dense', [features, classes], random.split('dense').normal(features * classes)),
    ],
    inputs: [value('data', isLast ? [batch, side, side, channels] : [batch, channels, side, side])],
    outputs: [value('classes', [batch, classes])],
    opset,
    ir,
  });
}

/** A classifier whose dense weights lie in another file. */
export function withWeightsOutside(location: string, change: Record<string, string> = {}) {
  const random = stream(2);
  const data = random.normal(64 * 3);
  const outside = create(TensorProtoSchema, {
    name: 'dense',
    dims: [64n, 3n],
    dataType: Type.FLOAT,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries({ location, offset: '16', length: String(data.byteLength), ...change }).map(
      ([key, value]) => ({ key, value }),
    ),
  });
  const file = modelFile({
    nodes: [node('Reshape', ['data', 'rows'], ['flat']), node('MatMul', ['flat', 'dense'], ['scores'])],
    weights: [ints('rows', [-1, 64]), outside],
    inputs: [value('data', ['N', 1, 8, 8])],
    outputs: [value('scores', ['N', 3])],
  });
  const beside = new Uint8Array(16 + data.byteLength);
  beside.set(new Uint8Array(data.buffer), 16);
  return { file, beside, data };
}

/** A Loop that adds 1 to the picture, `trips` times: with 2⁶² of them it never ends. */
export function loop(trips: bigint): Uint8Array<ArrayBuffer> {
  const scalar = (name: string, dataType: Type, raw: Uint8Array<ArrayBuffer>) =>
    create(TensorProtoSchema, { name, dims: [], dataType, rawData: raw });
  const body = create(GraphProtoSchema, {
    name: 'body',
    node: [node('Identity', ['go_on'], ['go_on_out']), node('Add', ['state', 'one'], ['state_out'])],
    input: [value('trip', [], Type.INT64), value('go_on', [], Type.BOOL), value('state', ['N', 1, 8, 8])],
    output: [value('go_on_out', [], Type.BOOL), value('state_out', ['N', 1, 8, 8])],
  });
  const looping = node('Loop', ['trips', 'yes', 'data'], ['last']);
  looping.attribute = [create(AttributeProtoSchema, { name: 'body', type: Kind.GRAPH, g: body })];
  return modelFile({
    nodes: [looping],
    weights: [
      scalar('trips', Type.INT64, new Uint8Array(BigInt64Array.of(trips).buffer)),
      scalar('yes', Type.BOOL, Uint8Array.of(1)),
      scalar('one', Type.FLOAT, new Uint8Array(Float32Array.of(1).buffer)),
    ],
    inputs: [value('data', ['N', 1, 8, 8])],
    outputs: [value('last', ['N', 1, 8, 8])],
    opset: 16,
    ir: 8,
  });
}

/** Asks for 400 GB at once. */
export const greedy = (): Uint8Array<ArrayBuffer> =>
  modelFile({
    nodes: [node('Expand', ['data', 'huge'], ['all'])],
    weights: [ints('huge', [1_600_000_000, 1, 8, 8])],
    inputs: [value('data', [1, 1, 8, 8])],
    outputs: [value('all', ['N', 1, 8, 8])],
  });

/** If inside If inside If, `depth` levels. */
export function nested(depth: number): Uint8Array<ArrayBuffer> {
  let inner = node('Identity', ['yes'], ['y0']);
  for (let level = 1; level <= depth; level++) {
    const branch = () =>
      create(GraphProtoSchema, { name: `b${level}`, node: [inner], output: [value(`y${level - 1}`, [], Type.BOOL)] });
    const choice = node('If', ['yes'], [`y${level}`]);
    choice.attribute = ['then_branch', 'else_branch']
      .slice(0, 1)
      .map((name) => create(AttributeProtoSchema, { name, type: Kind.GRAPH, g: branch() }));
    inner = choice;
  }
  return modelFile({
    nodes: [inner],
    inputs: [value('yes', [], Type.BOOL)],
    outputs: [value(`y${depth}`, [], Type.BOOL)],
  });
}

/** Version `number` of a classifier with one to three parts of its graph changed to what makes no sense, sizes intact. */
export function confused(number: number): Uint8Array<ArrayBuffer> {
  const random = stream(11).split('confused').split(number);
  let at = 0;
  const draw = (below: number) => Math.min(below - 1, Math.floor(random.split(at++).uniform(1)[0]! * below));
  const model = fromBinary(ModelProtoSchema, classifier({ opset: 9 + draw(12) }));
  const graph = model.graph!;
  const one = <T>(list: T[]): T => list[draw(list.length)]!;
  const values = [
    ...graph.node.flatMap(({ output }) => output),
    ...graph.initializer.map(({ name }) => name),
    'data',
    '',
  ];
  const operators = [
    'Gather',
    'ScatterND',
    'Resize',
    'Pad',
    'Slice',
    'Tile',
    'Expand',
    'Conv',
    'LSTM',
    'TopK',
    'Range',
    'Split',
  ];
  for (let change = 0; change <= draw(3); change++) {
    const target = one(graph.node);
    const kind = draw(6);
    if (kind === 0) target.opType = one(operators);
    if (kind === 1 && target.input.length > 0) target.input[draw(target.input.length)] = one(values);
    if (kind === 2) target.output = [one(values)];
    if (kind === 3)
      for (const { ints } of target.attribute) ints.fill(one([-1n, 0n, 2n ** 31n, 2n ** 62n, -(2n ** 63n)]));
    if (kind === 4) one(graph.initializer).int64Data.fill(one([0n, -2n, 2n ** 40n, 2n ** 62n]));
    if (kind === 5) graph.node.splice(draw(graph.node.length), 1, target, target);
  }
  return toBinary(ModelProtoSchema, model);
}
