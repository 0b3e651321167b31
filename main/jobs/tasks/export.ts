/** Takes a trained model out of the program: weights as safetensors, heads as ONNX files that run anywhere. */
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PretextError } from '#app/contract';
import { type Dataset, isImages } from '#app/records/dataset';
import { isKept } from '#main/data';
import type { Head, Values } from '#main/recipes/recipe';
import { diskError, writeDurably } from '../disk';
import { arraysOf } from '../forwards';
import type { Model } from '../model';
import { withModel } from '../models';
import type { Tasks } from '../protocol';
import { encodeSafetensors } from '../safetensors';
import type { Task } from '../task';

/** The head that a single .onnx file holds when its name does not say which. */
const usualHead = 'embed';

export const exportModel: Task<'export'> = ({ folders, model: ref, to }, context) =>
  withModel(folders, ref, context, async (model) => {
    const files: Tasks['export']['result']['files'] = [];
    const write = async (path: string, pieces: Uint8Array[]) => {
      try {
        await mkdir(dirname(path), { recursive: true });
        files.push({ path, bytes: await writeDurably(path, pieces) });
      } catch (error) {
        throw diskError(error, path, 'no file of that name was changed');
      }
    };
    const heads = userHeads(model);
    const ending = extname(to).toLowerCase();
    if (ending === '.safetensors') await write(to, weights(model));
    else if (ending === '.onnx') await write(to, [onnx(model, namedHead(model, to))]);
    else if (ending === '' || (await isFolder(to))) {
      for (const head of heads) {
        context.check();
        await write(join(to, `${head.id}.onnx`), [onnx(model, head)]);
      }
      await write(join(to, 'weights.safetensors'), weights(model));
      await write(join(to, 'pretext.json'), [Buffer.from(`${JSON.stringify(cardOf(model), null, 2)}\n`)]);
    } else throw new PretextError(`to: must be a folder or end in .onnx or .safetensors, got ${to}`, { kind: 'usage' });
    return { files };
  });

const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** The heads that the recipe names for users; the others serve validation and the explorers. */
const userHeads = ({ recipe, system }: Model): Head[] =>
  recipe.description.heads.map((id) => system.heads[id]).filter((head): head is Head => head !== undefined);

/** model.onnx → the usual head, decode.onnx and model-decode.onnx → decode. */
function namedHead(model: Model, path: string): Head {
  const name = basename(path, extname(path));
  const heads = userHeads(model);
  const named = heads.find(({ id }) => name === id || name.endsWith(`-${id}`) || name.endsWith(`.${id}`));
  return named ?? heads.find(({ id }) => id === usualHead) ?? heads[0]!;
}

function onnx({ values, device, ...model }: Model, head: Head): Uint8Array {
  return head.program(device).bake(arraysOf(values), { ...factsOf(model), ...signatureOf(head) });
}

/** Names, types and shapes of a head, so that the file explains itself: `input.x` = float32 [N, 1, 28, 28]. */
export function signatureOf({ id, title, inputs, outputs, atOnce }: Head): Record<string, string> {
  const written = (kind: string, values: Head['inputs']) =>
    Object.entries(values).map(([name, { dtype, shape }]) => [
      `${kind}.${name}`,
      `${dtype} [${[atOnce ?? 'N', ...shape].join(', ')}]`,
    ]);
  return { head: id, title, ...Object.fromEntries([...written('input', inputs), ...written('output', outputs)]) };
}

/** What the heads need: parameters and states, without what only the optimizer uses. */
function weights({ values, system, device, ...model }: Model): Uint8Array[] {
  const names = new Set(
    Object.values(system.heads).flatMap((head) => head.program(device).variables.map(({ name }) => name)),
  );
  const kept: Values = new Map([...values].filter(([name]) => names.has(name)));
  return encodeSafetensors(kept, { ...factsOf(model), config: JSON.stringify(model.run.config) });
}

const factsOf = ({ run, manifest }: Pick<Model, 'run' | 'manifest'>): Record<string, string> => ({
  producer: 'Pretext',
  run: run.id,
  recipe: run.recipe,
  step: String(manifest.step),
  dataset: run.datasetHash,
});

/** What a user must do to his own items before he feeds them. */
function inputOf(dataset: Dataset): object {
  if (isImages(dataset))
    return {
      image: dataset.image,
      input:
        'Pixels as float32 in [0, 1], [batch, channels, height, width]; the first dimension of every input is free.',
    };
  const columns = dataset.table.columns.filter(isKept).map(({ name, kind, training, words }) => ({
    ...{ name, kind },
    ...(training && { mean: training.mean, std: training.std }),
    ...(words && { words }),
  }));
  return {
    columns,
    input:
      'Rows as float32 [batch, features], column after column: a number as (value − mean) / std, 0 where it is missing or std is 0; a category as one number for each of its words, 1 for the row’s own. The first dimension of every input is free.',
  };
}

/** What is needed to use the files without Pretext: inputs and outputs of each head, by name and shape. */
function cardOf(model: Model): object {
  const { run, manifest } = model;
  const heads = userHeads(model).map(({ id, title, inputs, outputs }) => ({
    id,
    title,
    file: `${id}.onnx`,
    inputs,
    outputs,
  }));
  return {
    ...factsOf(model),
    name: run.name,
    config: run.config,
    classes: model.items.dataset.classes,
    ...inputOf(model.items.dataset),
    metrics: manifest.progress.metrics,
    heads,
  };
}
