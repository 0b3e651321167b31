/** Model tasks: look at an ONNX file that others made, and make a run of it. */
import { PretextError } from '#app/contract';
import type { ModelInspection } from '#app/records/model';
import { writeObject } from '#main/data';
import { describeOnnx, valuesOf } from '#main/engine/foreign';
import { onnxModel } from '#main/recipes/imported/onnx-model';
import { environmentOf } from '../environment';
import { openForwards } from '../forwards';
import { measured } from '../imported/measure';
import { type ForeignFile, readForeign, refuse } from '../imported/read';
import { suggest } from '../imported/suggest';
import { expectImages, openItems } from '../items';
import type { Task } from '../task';

/** Values that are offered as an embedding: those near the end, where it mostly lies. */
const mostValues = 500;

export const inspectModel: Task<'model.inspect'> = async ({ path, dataset }) => {
  const file = await readForeign(path);
  const model = file.parse();
  const { operators, weights: _, metadata: __, ...facts } = describeOnnx(model);
  const suggestion = dataset && suggest(file, expectImages('model.inspect', dataset).image);
  const inspection: ModelInspection = {
    path,
    name: file.name,
    bytes: file.bytes.length,
    ...facts,
    operators: [...operators].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
    files: file.files,
    values: valuesOf(model.graph!).slice(-mostValues),
    ...suggestion,
  };
  return inspection;
};

export const importModel: Task<'model.import'> = async ({ folders, path, dataset, config: asked }, { check }) => {
  const file = await readForeign(path);
  const { image } = expectImages('model.import', dataset);
  const suggestion = suggest(file, image);
  if ('unfit' in suggestion)
    return refuse(path, suggestion.unfit, {
      advice: 'Only networks that take a picture can be used on data sets of pictures.',
    });
  const chosen = onnxModel.configure('small', { ...suggestion.config, ...asked });
  if (chosen.issues.length > 0)
    throw new PretextError(`${path}: ${chosen.issues.map(({ message }) => message).join('; ')}`, {
      kind: 'usage',
      advice: 'See `pretext describe onnx-model` for the settings and what they mean.',
    });
  expectValue(file, String(chosen.config['output']));
  check();
  const found = await measured(file, chosen.config);
  check();
  const model = await writeObject(folders.objects, file.bytes);
  const config = { ...found, model };

  // The whole way once, so that what is recorded as a run is known to work.
  const items = openItems(folders.objects, dataset);
  try {
    const system = onnxModel.build(config, await items.spec(), new Map([[model, file.bytes]]));
    const forwards = openForwards(system, { device: 'cpu', values: new Map() });
    try {
      const { height, width, channels } = image;
      for (const head of Object.keys(system.heads))
        await forwards.using(check)(head, { x: new Float32Array(height * width * channels) }, 1);
    } catch (error) {
      refuse(path, `ONNX Runtime cannot run it on pictures: ${(error as Error).message.trim()}`, { cause: error });
    } finally {
      await forwards.close();
    }
    const { parameters } = describeOnnx(file.parse());
    return { name: file.name, config, batchSize: system.batchSize, parameters, environment: environmentOf('cpu') };
  } finally {
    items.close();
  }
};

/** @throws PretextError naming a few values near the end, where the network has none of this name */
function expectValue(file: ForeignFile, name: string): void {
  const values = valuesOf(file.parse().graph!);
  if (values.includes(name)) return;
  throw new PretextError(`${file.path}: the network computes no value “${name}”`, {
    kind: 'usage',
    advice: `Its last values are: ${values.slice(-8).join(', ')}.`,
  });
}
