/** What points can be coloured by beyond label and split: clusters, errors, known factors, columns of a table. */
import { PretextError } from '#app/contract';
import { isTable } from '#app/records/dataset';
import type { Colouring, Colours } from '#app/records/projector';
import { isKept } from '#main/data';
import { stream } from '#main/engine';
import { errorsOf } from '#main/evaluation';
import { kMeans } from '#main/evaluation/clustering';
import { dot } from '#main/evaluation/matrix';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { TaskContext } from '../task';
import type { Vectors } from './vectors';

/** Centres are found on this many rows; every row is then given to its nearest. */
const clustered = 5000;
const readAtOnce = 2048;

export async function coloursOf(
  model: Model,
  vectors: Vectors,
  colouring: Colouring,
  context: TaskContext,
): Promise<Colours> {
  switch (colouring.by) {
    case 'clusters':
      return clustersOf(vectors, colouring.k, context);
    case 'loss':
      return { values: await lossesOf(model, vectors, context) };
    case 'factor':
      return factorOf(model, vectors, colouring.name);
    case 'column':
      return columnOf(model, vectors, colouring.name, context);
  }
}

async function clustersOf({ data, count, dimension }: Vectors, k: number, context: TaskContext): Promise<Colours> {
  if (k >= count)
    throw new PretextError(`projector: there must be fewer clusters than the ${count} points, got ${k}`, {
      kind: 'usage',
    });
  const random = stream(0).split('clusters');
  const chosen = random.permutation(count).slice(0, clustered).sort();
  const sample = new Float32Array(chosen.length * dimension);
  chosen.forEach((row, at) => sample.set(data.subarray(row * dimension, (row + 1) * dimension), at * dimension));
  const { centres } = await kMeans(
    { rows: chosen.length, columns: dimension, data: sample },
    {
      k,
      restarts: 3,
      iterations: 30,
      random: () => random.uniform(1)[0]!,
      tick: async () => {
        context.check();
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
  );
  const halves = Float64Array.from(
    { length: k },
    (_, c) => dot(centres, c * dimension, centres, c * dimension, dimension) / 2,
  );
  const values = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      let score = -halves[c]!;
      for (let j = 0; j < dimension; j++) score += data[row * dimension + j]! * centres[c * dimension + j]!;
      if (score > best) [best, values[row]] = [score, c];
    }
  }
  return { values, words: Array.from({ length: k }, (_, c) => `cluster ${c + 1}`) };
}

async function lossesOf(model: Model, { items, count }: Vectors, context: TaskContext): Promise<Float32Array> {
  if (!model.system.heads['reconstruct'])
    throw new PretextError(`run ${model.run.id}: ${model.run.recipe} rebuilds nothing, so no item has an error`, {
      kind: 'usage',
      advice: 'Colour by label, split or cluster.',
    });
  const progress = progressOf(context, 'items');
  const forward = model.forwards.using(context.check);
  const values = new Float32Array(count);
  let done = 0;
  for await (const { x, labels } of model.items.chosen(items, model.system.batchSize)) {
    context.check();
    const y = (await forward('reconstruct', { x }, labels.length))['y'] as Float32Array;
    values.set(errorsOf(x, y, labels.length), done);
    done += labels.length;
    progress(done, count);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return values;
}

function factorOf(model: Model, { items }: Vectors, name: string): Colours {
  const factors = model.items.factors();
  const at = factors?.names.indexOf(name) ?? -1;
  if (!factors || at < 0)
    throw new PretextError(`the data set has no factor ${name}`, {
      kind: 'usage',
      advice: factors ? `there are: ${factors.names.join(', ')}` : 'it was imported without known factors',
    });
  const each = factors.names.length;
  return { values: Float32Array.from(items, (item) => factors.values[item * each + at]!) };
}

async function columnOf(model: Model, { items, count }: Vectors, name: string, context: TaskContext): Promise<Colours> {
  const { dataset } = model.items;
  const columns = isTable(dataset) ? dataset.table.columns.filter(isKept) : [];
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0)
    throw new PretextError(`the data set has no column ${name}`, {
      kind: 'usage',
      advice: columns.length > 0 ? `there are: ${columns.map((column) => column.name).join(', ')}` : 'it is no table',
    });
  const values = new Float32Array(count);
  for (let from = 0; from < count; from += readAtOnce) {
    context.check();
    const part = items.subarray(from, from + readAtOnce);
    const rows = await model.items.values(part);
    for (let row = 0; row < part.length; row++) values[from + row] = rows[row * columns.length + at]!;
  }
  const { words } = columns[at]!;
  return words && columns[at]!.kind === 'category' ? { values, words } : { values };
}
