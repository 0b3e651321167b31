/** The vectors of a model's items, all in memory: computed once for a checkpoint and kept beside the data. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import { splits } from '#app/records/common';
import type { CloudSplit, VectorSource } from '#app/records/projector';
import { writeDurably } from '../disk';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { VectorsRef } from '../protocol';
import { decodeSafetensors, encodeSafetensors } from '../safetensors';
import type { TaskContext } from '../task';

/** Half a gigabyte of numbers: 100,000 items of 1,342, a million of 134. */
const mostNumbers = 2 ** 27;

export interface Vectors {
  /** Tells these vectors from all others. */
  key: string;
  /** float32 [n, d], rows in order of the splits, within a split in order of the items. */
  data: Float32Array;
  count: number;
  dimension: number;
  /** Number of each row's item in the data set; its label, −1 where there is none; its place among the splits. [n] */
  items: Uint32Array;
  labels: Int32Array;
  splits: Uint8Array;
}

/** How many numbers an item has in each source. @throws PretextError where the model has none */
export function dimensionsOf({ system, run }: Model): { embed?: number; raw: number } {
  const input = Object.values(system.heads).find(({ inputs }) => inputs['x'])?.inputs['x'];
  if (!input)
    throw new PretextError(`run ${run.id}: the projector needs a model that takes items, ${run.recipe} takes none`, {
      kind: 'usage',
      advice: 'Choose a run of another recipe.',
    });
  const numbers = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const embedding = system.heads['embed']?.outputs['embedding'];
  return { raw: numbers(input.shape), ...(embedding && { embed: numbers(embedding.shape) }) };
}

const inMemory = new WeakMap<Model, Map<string, Promise<Vectors>>>();

/** The vectors asked for. The first time for a checkpoint every item is read and encoded, with progress. */
export function vectorsOf(
  model: Model,
  { source, split, folders }: VectorsRef,
  context: TaskContext,
): Promise<Vectors> {
  const known = inMemory.get(model) ?? new Map<string, Promise<Vectors>>();
  inMemory.set(model, known);
  const name = `${source} ${split}`;
  const found = known.get(name) ?? open(model, source, split, folders.objects, context);
  known.set(name, found);
  found.catch(() => known.delete(name)); // stopped or failed: the next one starts anew
  return found;
}

const partsOf = (split: CloudSplit) => (split === 'all' ? splits : [split]);

async function open(
  model: Model,
  source: VectorSource,
  split: CloudSplit,
  objects: string,
  context: TaskContext,
): Promise<Vectors> {
  const dimension = dimensionsOf(model)[source];
  if (dimension === undefined)
    throw new PretextError(`run ${model.run.id}: ${model.run.recipe} gives no embedding`, {
      kind: 'usage',
      advice: 'Look at the items themselves instead: vectors “raw”.',
    });
  const { items: data, manifest } = model;
  const parts = partsOf(split);
  const items = Uint32Array.from(parts.flatMap((part) => [...data.indices(part)]));
  const count = items.length;
  expectRoom(count, dimension, split);
  const labels = Int32Array.from(items, (item) => data.labels[item]!);
  const sizes = parts.map((part) => data.count(part));
  const places = new Uint8Array(count);
  parts.forEach((part, at) => {
    const from = sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
    places.fill(splits.indexOf(part), from, from + sizes[at]!);
  });
  const key = createHash('sha256')
    .update([source === 'embed' ? manifest.hash : 'raw', data.dataset.hash, split, dimension].join('\n'))
    .digest('hex');
  const path = join(objects, `vectors-${key}.safetensors`);
  const kept = source === 'embed' ? await readNumbers(path, count * dimension, context) : undefined;
  const numbers = kept ?? (await compute(model, source, split, { count, dimension }, context));
  if (!kept && source === 'embed') {
    // Kept to save time only: where it cannot be written, the next opening encodes once more.
    const values = new Map([['vectors', { dtype: 'float32', shape: [count, dimension], data: numbers }]]);
    await writeDurably(path, encodeSafetensors(values), context.rooms.disk).catch(() => {});
  }
  return { key, data: numbers, count, dimension, items, labels, splits: places };
}

function expectRoom(count: number, dimension: number, split: CloudSplit): void {
  if (count < 3)
    throw new PretextError(`the projector needs at least 3 items, the split ${split} has ${count}`, {
      kind: 'usage',
      advice: 'Choose another split, or all items.',
    });
  if (count * dimension <= mostNumbers) return;
  throw new PretextError(
    `${count} items of ${dimension} numbers do not fit: at most ${Math.floor(mostNumbers / dimension)} items of that length do`,
    { kind: 'usage', advice: 'Choose a smaller split, or vectors with fewer numbers.' },
  );
}

async function readNumbers(path: string, length: number, { rooms }: TaskContext): Promise<Float32Array | undefined> {
  try {
    const found = decodeSafetensors(await rooms.disk.readFile(path), path).values.get('vectors')?.data;
    return found instanceof Float32Array && found.length === length ? found : undefined;
  } catch {
    return undefined; // not there, or damaged
  }
}

async function compute(
  model: Model,
  source: VectorSource,
  split: CloudSplit,
  { count, dimension }: { count: number; dimension: number },
  context: TaskContext,
): Promise<Float32Array> {
  const progress = progressOf(context, 'items');
  const forward = model.forwards.using(context.check);
  const numbers = new Float32Array(count * dimension);
  let done = 0;
  for (const part of partsOf(split))
    for await (const { x, labels } of model.items.batches(part, model.system.batchSize)) {
      context.check();
      const rows = source === 'raw' ? x : (await forward('embed', { x }, labels.length))['embedding']!;
      numbers.set(rows, done * dimension);
      done += labels.length;
      progress(done, count);
      await new Promise((resolve) => setImmediate(resolve)); // what is asked meanwhile gets its turn
    }
  for (let at = 0; at < numbers.length; at++)
    if (!Number.isFinite(numbers[at])) {
      const row = Math.floor(at / dimension);
      throw new PretextError(`the vector of item ${row} of the split ${split} is not finite`, {
        advice: 'The model has come to numbers that are none; choose an earlier checkpoint.',
      });
    }
  return numbers;
}
