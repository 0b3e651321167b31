/** The same network knowing nothing: what a pretrained one must be compared with. */

import type { ModelProto, TensorProto } from 'onnx-buf';
import { TensorProto_DataType } from 'onnx-buf';
import type { Stream } from '../random';
import { graphsOf, tensorsOf } from './parse';

/**
 * Shuffles the numbers inside each weight of two or more axes, in the model itself. Their mean and spread, on which a
 * signal's way through the layers rests, stay as they were; what was learned is gone. Vectors (biases, running means)
 * are left alone. Only float32 weights are shuffled.
 */
export function redrawWeights({ graph }: ModelProto, random: Stream): void {
  let number = 0;
  for (const { initializer, node } of graphsOf(graph!)) {
    const constants = node.flatMap(({ attribute }) => attribute.flatMap(tensorsOf));
    for (const tensor of [...initializer, ...constants])
      if (tensor.dataType === TensorProto_DataType.FLOAT && tensor.dims.filter((dim) => dim > 1n).length > 1)
        shuffle(tensor, random.split(number++));
  }
}

function shuffle(tensor: TensorProto, random: Stream): void {
  const { rawData, floatData } = tensor;
  const values = rawData.length > 0 ? new Float32Array(new Uint8Array(rawData).buffer) : Float32Array.from(floatData);
  const order = random.permutation(values.length);
  const shuffled = values.map((_, at) => values[order[at]!]!);
  tensor.floatData = [];
  tensor.rawData = new Uint8Array(shuffled.buffer);
}
