/** What must be known of an imported network to give it pictures and take a row of numbers from it. */
import { z } from 'zod';
import { about, type Issue } from '../fields';

const size = (label: string, unit: string, least: number, most: number, reason: string) =>
  z.int().min(least).max(most).default(least).register(about, { label, unit, group: 'Model', reason });

const text = (label: string, value: string, reason: string, group: 'Model' | 'Objective' = 'Model') =>
  z.string().max(500).default(value).register(about, { label, group, reason });

export const onnxModelSchema = z.object({
  model: text('Model', '', 'The SHA-256 of the ONNX file, by which it is kept in the project.'),
  file: text('File', '', 'The name that the file had.'),
  input: text('Input', '', 'The name of the input that takes the pictures.'),
  layout: z
    .enum({ NCHW: 'NCHW', NHWC: 'NHWC', flat: 'flat' })
    .default('NCHW')
    .register(about, {
      label: 'Layout',
      group: 'Model',
      choices: { NCHW: 'Channels first', NHWC: 'Channels last', flat: 'One row of numbers' },
      reason: 'Networks made with PyTorch take channels first, those made with TensorFlow take them last.',
    }),
  inputChannels: size(
    'Channels',
    '',
    1,
    3,
    'What its input says; 3 where it leaves this open and the data have colours.',
  ),
  inputHeight: size(
    'Height',
    'pixels',
    1,
    4096,
    'What its input says, else the height of the data. Pictures are resized.',
  ),
  inputWidth: size('Width', 'pixels', 1, 4096, 'What its input says, else in proportion to the height.'),
  order: z
    .enum({ rgb: 'rgb', bgr: 'bgr' })
    .default('rgb')
    .register(about, {
      label: 'Colour order',
      group: 'Model',
      choices: { rgb: 'Red, green, blue', bgr: 'Blue, green, red' },
      reason: 'Networks fed by OpenCV or made with Caffe take blue first.',
    }),
  range: z
    .enum({ unit: 'unit', signed: 'signed', byte: 'byte' })
    .default('unit')
    .register(about, {
      label: 'Range',
      group: 'Model',
      choices: { unit: '0 to 1', signed: '−1 to 1', byte: '0 to 255' },
      reason: 'A file does not say what its network was trained with; 0 to 1 is the commonest. Its makers’ page says.',
    }),
  mean: text('Mean', '0', 'Taken from each channel after the range is set; ImageNet networks: 0.485, 0.456, 0.406.'),
  deviation: text('Deviation', '1', 'Each channel is divided by it; ImageNet networks: 0.229, 0.224, 0.225.'),
  elemType: size('Element type', '', 1, 26, "ONNX's number of the input's type: 1 is float32."),
  output: text(
    'Embedding',
    '',
    'The value that is taken as the embedding: the input of a classifier’s last layer.',
    'Objective',
  ),
  outputShape: text('Its shape', '1', 'The shape of that value for one picture, as a trial run gave it.', 'Objective'),
  average: z.boolean().default(false).register(about, {
    label: 'Average over positions',
    group: 'Objective',
    reason: 'A map of features becomes one vector that does not depend on where something is.',
  }),
  answer: text('Answer', '', "The network's own first output.", 'Objective'),
  answerShape: text('Its shape', '1', 'The shape of that output for one picture, as a trial run gave it.', 'Objective'),
  batch: z.int().min(0).max(65_536).default(0).register(about, {
    label: 'Pictures at once',
    group: 'Training',
    reason: 'Some networks take one number of pictures only, mostly 1; 0 means any number.',
  }),
});
export type OnnxModelConfig = z.output<typeof onnxModelSchema>;

/** `0.485, 0.456, 0.406` as numbers; undefined where it is not one number, or one for each channel. */
export function channelNumbers(text: string, channels: number): number[] | undefined {
  const numbers = text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);
  const fits = (numbers.length === 1 || numbers.length === channels) && numbers.every(Number.isFinite);
  return fits ? numbers : undefined;
}

/** `16,4,4` as sizes. */
export const sizesOf = (text: string): number[] => (text === '' ? [] : text.split(',').map(Number));

export function checkOnnxModel({ mean, deviation, inputChannels }: OnnxModelConfig): Issue[] {
  const issues: Issue[] = [];
  const demand = `must be one number, or ${inputChannels} for its channels`;
  if (!channelNumbers(mean, inputChannels)) issues.push({ path: 'mean', message: `mean ${demand}, got '${mean}'` });
  const deviations = channelNumbers(deviation, inputChannels);
  if (!deviations) issues.push({ path: 'deviation', message: `deviation ${demand}, got '${deviation}'` });
  if (deviations?.some((one) => one <= 0))
    issues.push({ path: 'deviation', message: `deviation must be above 0, got '${deviation}'` });
  return issues;
}
