/** Tries a network on an empty picture: that it runs, what its values look like, and how many pictures it takes. */
import type { Config } from '#app/records/recipe';
import { type Fed, type FedType, type Given, tryForeign } from '#main/engine/foreign';
import { type ForeignFile, refuse } from './read';

/** ONNX's numbers of types, as ONNX Runtime calls them. */
const fedTypes: Record<number, FedType> = {
  ...{ 1: 'float32', 2: 'uint8', 3: 'int8', 6: 'int32', 7: 'int64', 10: 'float16', 11: 'float64' },
};

/** A second number of pictures: a network that takes one and three takes any. */
const several = 3;

/** The configuration with what only a run can tell: shapes of the values, and whether the batch is free. */
export async function measured(file: ForeignFile, config: Config): Promise<Config> {
  const output = String(config['output']);
  const answer = String(config['answer']);
  const fixed = Number(config['batch']);
  const counts = fixed > 0 ? [fixed] : [1, several];
  const feeds = counts.map((count) => ({ [String(config['input'])]: fedOf(config, count) }));
  const wanted = [...new Set([output, answer])];
  const [first, second] = await tryForeign(file.parse(), wanted, feeds).catch((error: Error) => [error]);
  if (first === undefined || first instanceof Error)
    return refuse(file.path, `ONNX Runtime cannot run it: ${first?.message.trim()}`, { cause: first });
  const free = fixed === 0 && second !== undefined && !(second instanceof Error);
  const batch = free && wanted.every((name) => grows(first.values.get(name), second.values.get(name))) ? 0 : counts[0]!;
  const shape = (name: string) => perItem(file, name, first.values.get(name), counts[0]!);
  return { ...config, batch, outputShape: shape(output).join(','), answerShape: shape(answer).join(',') };
}

function fedOf(config: Config, count: number): Fed {
  const [channels, height, width] = ['inputChannels', 'inputHeight', 'inputWidth'].map((name) => Number(config[name]));
  const dtype = fedTypes[Number(config['elemType'])] ?? 'float32';
  const shapes = {
    NCHW: [count, channels!, height!, width!],
    NHWC: [count, height!, width!, channels!],
    flat: [count, channels! * height! * width!],
  };
  return { dtype, shape: shapes[config['layout'] as keyof typeof shapes] };
}

/** Whether a value has one row for each picture: [1, …] for one, [3, …] for three. */
function grows(one: Given | undefined, more: Given | undefined): boolean {
  if (!one || !more || one.shape[0] !== 1 || more.shape[0] !== several) return false;
  return one.shape.slice(1).join() === more.shape.slice(1).join();
}

function perItem(file: ForeignFile, name: string, value: Given | undefined, count: number): number[] {
  if (!value || value.dtype === 'string') refuse(file.path, `its value “${name}” is not of numbers`);
  const { shape } = value!;
  const total = shape.reduce((product, size) => product * size, 1);
  if (total === 0 || total % count !== 0)
    refuse(
      file.path,
      `its value “${name}” has the shape [${shape}], which is not one row for each of ${count} pictures`,
    );
  return shape[0] === count ? shape.slice(1) : [total / count];
}
