/** A split of the data as codes of one model: computed once for a checkpoint, kept in memory and on disk. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Feeds } from '#main/recipes/recipe';
import { writeDurably } from '../disk';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { Folders } from '../protocol';
import { decodeSafetensors, encodeSafetensors } from '../safetensors';
import type { TaskContext } from '../task';

/** The shape of a model's codes: K codes of D numbers, a map of h × w of them for each item. */
export interface CodeShape {
  size: number;
  length: number;
  height: number;
  width: number;
  places: number;
}

/** Throws where the model has no codebook to look at. */
export function codeShapeOf({ system, run }: Model): CodeShape {
  const [height, width] = system.heads['codes']?.outputs['codes']?.shape ?? [];
  const [length] = system.heads['vectors']?.outputs['vector']?.shape ?? [];
  const size = Number(system.config['codebookSize']);
  if (!height || !width || !length || !system.heads['decode'] || !Number.isInteger(size))
    throw new PretextError(
      `run ${run.id}: the codebook explorer needs a model with a codebook, ${run.recipe} has none`,
      {
        kind: 'usage',
        advice: 'Open a run of a recipe with a codebook, such as vq-vae.',
      },
    );
  return { size, length, height, width, places: height * width };
}

export interface Encoded {
  items: number;
  /** int32 [items, height · width], in order of the split. */
  codes: Int32Array;
}

const inMemory = new WeakMap<Model, Map<Split, Promise<Encoded>>>();

/** The codes of a split. The first time for a checkpoint it encodes every item, with progress. */
export function encodedSplit(model: Model, split: Split, folders: Folders, context: TaskContext): Promise<Encoded> {
  const known = inMemory.get(model) ?? new Map<Split, Promise<Encoded>>();
  inMemory.set(model, known);
  const found = known.get(split) ?? fromDiskOrModel(model, split, folders, context);
  known.set(split, found);
  found.catch(() => known.delete(split)); // stopped or failed: the next one starts anew
  return found;
}

async function fromDiskOrModel(
  model: Model,
  split: Split,
  { objects }: Folders,
  context: TaskContext,
): Promise<Encoded> {
  const { places, size, height, width } = codeShapeOf(model);
  const items = model.items.count(split);
  const { hash } = model.manifest;
  const key = createHash('sha256').update([hash, model.items.dataset.hash, split].join('\n')).digest('hex');
  const path = join(objects, `codes-${key}.safetensors`);
  const kept = await readCodes(path, items * places, size, context);
  if (kept) return { items, codes: kept };
  const codes = await encode(model, split, places, context);
  const values = new Map([['codes', { dtype: 'int32', shape: [items, height, width], data: codes }]]);
  // Kept to save time only: where it cannot be written, the next opening encodes once more.
  await writeDurably(path, encodeSafetensors(values, { checkpoint: hash, split }), context.rooms.disk).catch(() => {});
  return { items, codes };
}

async function readCodes(
  path: string,
  length: number,
  size: number,
  { rooms }: TaskContext,
): Promise<Int32Array | undefined> {
  try {
    const codes = decodeSafetensors(await rooms.disk.readFile(path), path).values.get('codes')?.data;
    const isWhole = codes instanceof Int32Array && codes.length === length;
    return isWhole && codes.every((code) => code >= 0 && code < size) ? codes : undefined;
  } catch {
    return undefined; // not there, or damaged
  }
}

async function encode(model: Model, split: Split, places: number, context: TaskContext): Promise<Int32Array> {
  const total = model.items.count(split);
  const progress = progressOf(context, 'items');
  const forward = model.forwards.using(context.check);
  const codes = new Int32Array(total * places);
  let done = 0;
  for await (const { x, labels } of model.items.batches(split, model.system.batchSize)) {
    const part = (await forward('codes', { x }, labels.length))['codes'] as Int32Array;
    codes.set(part, done * places);
    done += labels.length;
    progress(done, total);
    await new Promise((resolve) => setImmediate(resolve)); // a decode asked for meanwhile gets its turn
  }
  return codes;
}

/**
 * What a decoder needs besides the map: nothing, or with two levels of codes the coarse maps of these items, by their
 * numbers in the data set.
 */
export async function coarseOf(model: Model, items: ArrayLike<number>, { check }: TaskContext): Promise<Feeds> {
  if (!model.system.heads['decode']?.inputs['top']) return {};
  const x = await model.items.read(items);
  return { top: (await model.forwards.using(check)('codes', { x }, items.length))['top']! };
}
