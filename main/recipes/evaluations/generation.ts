/**
 * How much samples look like items that the model has not seen: the Fréchet distance of features of an encoder of our
 * own (it is not FID, whose features are Inception's), how far each sample is from the nearest training item, and how
 * sure a classifier is of it. Beside them what training items themselves reach, a plain auto-encoder used as a sampler,
 * and pixels drawn apart from each other.
 */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Stream } from '#main/engine/random';
import { frechetDistance, type Labelled, type Matrix, type Tick } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { chosenPlaces, itemsAt, joined, parts } from './features';
import { judgeOf, matrixOf, plainSamplers, type Sampled } from './judges';

/** Items at most that teach the judge, and that samples are compared with. */
const trainLimit = 5000;
/** Samples, and held-out items at most: the covariance of 64 features needs some hundreds. */
const sampleCount = 1000;
export async function generationEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const { system, random } = context;
  const draw = system.heads['sample']?.draw;
  if (!draw)
    throw new PretextError('generation: the recipe must draw samples from chance alone, and this one does not', {
      kind: 'usage',
      advice: 'Choose a generative recipe: vae, gan, vq-vae.',
    });
  const [reading, asking, drawing, learning, judging, measuring, nearing] = parts(context, [2, 1, 2, 6, 4, 2, 4]);
  const train = await itemsOf(context, 'train', trainLimit, reading!);
  const held = await itemsOf(context, context.split, sampleCount, asking!);
  const feeds = draw(sampleCount, random.split('samples'));
  const own = (await context.forward('sample', feeds, sampleCount))['y'] as Float32Array;
  const rival = system.heads['independent']?.draw?.(sampleCount, random.split('samples'));
  const apart = rival && ((await context.forward('independent', rival, sampleCount))['y'] as Float32Array);
  await drawing!(1, 1);
  const plain = await plainSamplers(context, train.features, sampleCount, learning!);
  const kinds: Sampled[] = [
    { name: '', items: matrixOf(own, sampleCount) },
    ...(apart ? [{ name: '_independent', items: matrixOf(apart, sampleCount) }] : []),
    { name: '_train', items: firstRows(train.features, held.labels.length) },
    ...plain,
    { name: '_pixels', items: pixelsApart(train.features, random.split('pixels')) },
  ];
  const judge = await judgeOf(context, train, judging!);
  try {
    const reference = await judge.look(held.features);
    const figures: Record<string, number> = {};
    for (const [i, { name, items }] of kinds.entries()) {
      await measuring!(i, kinds.length);
      const seen = await judge.look(items);
      figures[`frechet_own_encoder${name}`] = frechetDistance(seen.features, reference.features);
      if (seen.confidence !== undefined) figures[`confidence${name}`] = seen.confidence;
    }
    await measuring!(1, 1);
    const near = await nearest(kinds[0]!.items, train, nearing!, 0, 2);
    const nearHeld = await nearest(held.features, train, nearing!, 1, 2);
    return {
      n: sampleCount,
      figures: {
        n: sampleCount,
        n_held_out: held.labels.length,
        n_train: train.labels.length,
        ...figures,
        nearest_train_distance: mean(near.distances),
        nearest_train_distance_held_out: mean(nearHeld.distances),
      },
      tables: { nearest: tableOf(near, train.indices, train, context.classes) },
    };
  } finally {
    await judge.close();
  }
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

type Items = Labelled & { indices: number[] };

/** Items of a split, drawn by chance, with their labels (−1: none) and their numbers in the data set. */
async function itemsOf(context: EvaluationContext, split: Split, limit: number, tick: Tick): Promise<Items> {
  const total = context.count(split);
  const chosen = chosenPlaces(total, limit, context.random.split(split));
  const pieces: Float32Array[] = [];
  const found: number[] = [];
  const numbers: number[] = [];
  let done = 0;
  for await (const { x, labels, indices } of context.batches(split)) {
    await tick(done, total);
    const places = Array.from(labels.keys()).filter((i) => chosen[done + i]);
    pieces.push(itemsAt(x, labels.length, places));
    for (const i of places) {
      found.push(labels[i]!);
      numbers.push(indices[i]!);
    }
    done += labels.length;
  }
  await tick(total, total);
  return { features: joined(pieces, found.length), labels: Int32Array.from(found), indices: numbers };
}

const firstRows = ({ rows, columns, data }: Matrix, wanted: number): Matrix => {
  const kept = Math.min(rows, wanted);
  return { rows: kept, columns, data: data.subarray(0, kept * columns) };
};

/** Each number of a sample from another training item: right one by one, and nothing holds them together. */
function pixelsApart({ rows, columns, data }: Matrix, random: Stream): Matrix {
  const from = random.integers(sampleCount * columns, rows);
  return matrixOf(
    Float32Array.from(from, (row, at) => data[row * columns + (at % columns)]!),
    sampleCount,
  );
}

interface Near {
  /** Root mean square difference of a number, to the nearest training item. */
  distances: Float64Array;
  places: Int32Array;
}

async function nearest(items: Matrix, { features }: Items, tick: Tick, part: number, of: number): Promise<Near> {
  const { rows, columns, data } = items;
  const distances = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const places = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    if (i % 16 === 0) await tick(part + i / rows, of);
    for (let k = 0; k < features.rows; k++) {
      let far = 0;
      for (let j = 0; j < columns && far < distances[i]!; j++)
        far += (data[i * columns + j]! - features.data[k * columns + j]!) ** 2;
      if (far < distances[i]!) [distances[i], places[i]] = [far, k];
    }
  }
  await tick(part + 1, of);
  return { distances: distances.map((far) => Math.sqrt(far / columns)), places };
}

/** The samples that come closest to a training item: where copies would show. */
function tableOf(
  { distances, places }: Near,
  indices: readonly number[],
  { labels }: Items,
  classes: readonly string[],
) {
  const order = Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!);
  return {
    columns: ['sample', 'nearest item', 'class', 'distance'],
    rows: order.slice(0, 50).map((i) => [i, indices[places[i]!]!, classes[labels[places[i]!]!] ?? '', distances[i]!]),
  };
}
