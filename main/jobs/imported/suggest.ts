/** How a network's input most likely wants its pictures, from what the file says of it and the data it is for. */
import type { ImageDataset } from '#app/records/dataset';
import type { Config } from '#app/records/recipe';
import { describeOnnx, type OnnxValueInfo, penultimate } from '#main/engine/foreign';
import type { ForeignFile } from './read';

type Image = ImageDataset['image'];
export type Suggestion = { config: Config } | { unfit: string };

/** ONNX's numbers of the types that pictures can be turned into. */
const elemTypes: Record<string, number> = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10, double: 11 };

export function suggest(file: ForeignFile, image: Image): Suggestion {
  const model = file.parse();
  const { inputs, outputs } = describeOnnx(model);
  const [input, ...more] = inputs;
  if (!input || more.length > 0)
    return {
      unfit: `it must have one input, for a picture, but it has ${inputs.length}: ${inputs.map(shown).join(', ') || 'none'}`,
    };
  const elemType = elemTypes[input.dtype];
  if (elemType === undefined) return { unfit: `its input ${shown(input)} cannot take pictures` };
  const form = formOf(input, image);
  if (!form) return { unfit: `its input ${shown(input)} is not a picture of 1 or 3 channels, nor one row of numbers` };
  const answer = outputs[0]!.name;
  return {
    config: {
      ...{ file: `${file.name}.onnx`, input: input.name, elemType, ...form },
      ...(elemType === elemTypes['uint8'] && { range: 'byte' }),
      ...{ output: penultimate(model.graph!) ?? answer, answer },
      batch: batchOf(input),
    },
  };
}

export const shown = ({ name, dtype, shape }: OnnxValueInfo): string => `“${name}” (${dtype} [${shape.join(', ')}])`;

/** Its first size where that is fixed; 0: open. */
const batchOf = ({ shape }: OnnxValueInfo): number => (typeof shape[0] === 'number' ? Math.max(1, shape[0]) : 0);

type Form = { layout: 'NCHW' | 'NHWC' | 'flat'; inputChannels: number; inputHeight: number; inputWidth: number };

function formOf({ shape }: OnnxValueInfo, image: Image): Form | undefined {
  const [, a, b, c] = shape;
  if (shape.length === 4) {
    if (isChannels(a)) return { layout: 'NCHW', inputChannels: Number(a), ...sides(b, c, image) };
    if (isChannels(c)) return { layout: 'NHWC', inputChannels: Number(c), ...sides(a, b, image) };
    if (typeof a === 'string') return { layout: 'NCHW', inputChannels: image.channels, ...sides(b, c, image) };
    return undefined;
  }
  if (shape.length !== 2 || typeof a !== 'number') return undefined;
  const { height, width, channels } = image;
  if (a === height * width * channels)
    return { layout: 'flat', inputChannels: channels, inputHeight: height, inputWidth: width };
  for (const deep of [1, 3]) {
    const side = Math.sqrt(a / deep);
    if (Number.isInteger(side) && side > 1)
      return { layout: 'flat', inputChannels: deep, inputHeight: side, inputWidth: side };
  }
  return undefined;
}

const isChannels = (size: number | string | undefined): boolean => size === 1 || size === 3;

/** An open side follows the other one in the proportions of the data; two open ones are those of the data. */
function sides(
  height: number | string | undefined,
  width: number | string | undefined,
  image: Image,
): { inputHeight: number; inputWidth: number } {
  const ratio = image.width / image.height;
  const [high, wide] = [height, width].map((size) => (typeof size === 'number' && size > 0 ? size : undefined));
  return {
    inputHeight: high ?? (wide === undefined ? image.height : Math.max(1, Math.round(wide / ratio))),
    inputWidth: wide ?? (high === undefined ? image.width : Math.max(1, Math.round(high * ratio))),
  };
}
