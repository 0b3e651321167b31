/** A network that others trained, as an ONNX file: nothing is learned here, but all that a run can be used for works. */
import { PretextError } from '#app/contract';
import type { Device } from '#app/records/run';
import type { ForwardProgram } from '#main/engine/compile';
import {
  type PictureInput,
  parseOnnx,
  pictureInput,
  pictureOutput,
  pictureProgram,
  redrawWeights,
} from '#main/engine/foreign';
import type { Stream } from '#main/engine/random';
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { ofRepresentations } from '../evaluations';
import type { Head, ImageSpec, System } from '../recipe';
import { channelNumbers, checkOnnxModel, type OnnxModelConfig, onnxModelSchema, sizesOf } from './onnx-model-settings';

/** Pictures at once where the network takes any number. */
const usualBatch = 32;

export const onnxModel = defineRecipe({
  id: 'onnx-model',
  title: 'ONNX model',
  family: 'Imported',
  group: 'Imported',
  modalities: ['image'],
  paper: 'Open Neural Network Exchange, onnx.ai',
  summary: 'A network that others trained. Its values are the representation, to be measured beside your own.',
  split: { input: 'the picture', target: 'whatever its makers trained it for' },
  heads: ['embed', 'predict'],
  explorers: [],
  imported: true,
  headline: { metric: 'accuracy', better: 'more' },
  terms: [],
  twins: [],
  schema: onnxModelSchema,
  presets: { tiny: {}, small: {}, base: {} },
  check: checkOnnxModel,
  objects: ({ model }) => [model],
  build(config, data, objects) {
    const file = objects.get(config.model);
    if (!file)
      throw new PretextError('onnx-model: is imported from a file, not trained', {
        kind: 'usage',
        advice: 'Bring the file in with `pretext import FILE.onnx`, or drop it on the window.',
      });
    return systemOf(config, imagesFor('onnx-model', data), file);
  },
  evaluations: ofRepresentations,
});

function systemOf(config: OnnxModelConfig, data: ImageSpec, file: Uint8Array, redraw?: Stream): System {
  const { output, outputShape, answer, answerShape, average, batch, layout, input, inputChannels } = config;
  const head = (id: string, title: string, value: string, shape: number[], over: number[]): Head => ({
    id,
    title,
    inputs: { [pictureInput]: { dtype: 'float32', shape: [data.channels, data.height, data.width] } },
    outputs: { [pictureOutput]: { dtype: 'float32', shape: [widthOf(shape, over)] } },
    ...(batch > 0 && { atOnce: batch }),
    program: once((device) => {
      const model = parseOnnx(file);
      if (redraw) redrawWeights(model, redraw);
      return pictureProgram(model, {
        picture: data,
        input: inputOf(config),
        output: value,
        average: over,
        batch: batch || undefined,
        width: widthOf(shape, over),
        device,
      });
    }),
  });
  const shape = sizesOf(outputShape);
  const never = (): never => {
    throw new PretextError('onnx-model: an imported network is not trained', { kind: 'usage' });
  };
  return {
    config,
    batchSize: batch || usualBatch,
    steps: 0,
    validateEvery: 1,
    heads: {
      embed: head('embed', `Embedding: ${output}`, output, shape, average ? positions(shape, layout) : []),
      predict: head('predict', `Its own output: ${answer}`, answer, sizesOf(answerShape), []),
    },
    plan: {
      blocks: [{ part: input, name: output, shape, parameters: 0 }],
      parameters: 0,
      parts: [],
      flopsPerItem: 0,
      bits: { input: 8 * inputChannels * data.height * data.width, code: 32 * widthOf(shape, []) },
    },
    untrained: (random) => systemOf(config, data, file, random),
    program: never,
    learningRate: never,
    feeds: never,
    validate: never,
    preview: never,
  };
}

/** A parsed file is large and is changed into the program: it is parsed for the first asker only. */
function once(make: (device: Device) => ForwardProgram): (device: Device) => ForwardProgram {
  const made = new Map<Device, ForwardProgram>();
  return (device) => {
    const program = made.get(device) ?? make(device);
    made.set(device, program);
    return program;
  };
}

/** Axes of places in a value [N, …shape]: of a map of features, or of a sequence of them. */
const positions = (shape: readonly number[], layout: OnnxModelConfig['layout']): number[] => {
  if (shape.length === 3) return layout === 'NHWC' ? [1, 2] : [2, 3];
  return shape.length === 2 ? [1] : [];
};

const widthOf = (shape: readonly number[], over: readonly number[]): number =>
  shape.reduce((width, size, axis) => (over.includes(axis + 1) ? width : width * size), 1);

const ranges = { unit: { scale: 1, shift: 0 }, signed: { scale: 2, shift: -1 }, byte: { scale: 255, shift: 0 } };

function inputOf(config: OnnxModelConfig): PictureInput {
  const { layout, order, range, mean, deviation, elemType, inputChannels, inputHeight, inputWidth } = config;
  return {
    ...{ layout, order, elemType, channels: inputChannels, height: inputHeight, width: inputWidth },
    ...ranges[range],
    mean: channelNumbers(mean, inputChannels) ?? [0],
    deviation: channelNumbers(deviation, inputChannels) ?? [1],
  };
}
