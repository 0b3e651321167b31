/**
 * The shape of the cloud that items make in the representation: whether it has collapsed, how many directions it uses,
 * how evenly it lies on the sphere, and how close the two views of an item come. Nothing is fitted, no label is needed.
 */
import { alignment, collapseOf, effectiveRank, type Matrix, type Tick, uniformity } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult, Forward } from '../recipe';
import { chosenPlaces, embedding, itemsAt, joined, parts } from './features';

/** Items at most: all pairs of them are compared. */
const itemLimit = 2000;
/** Directions are counted among so many numbers at most; wider representations are counted among their items. */
const rankItems = 256;

export async function geometryEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [4, 2, 2]);
  const x = await itemsOf(context, ticks[0]!);
  const own = await shapeOf(x, context.forward);
  await ticks[1]!(1, 1);
  const blank = await shapeOf(x, context.forwardUntrained);
  await ticks[2]!(1, 1);
  const besides = Object.entries(blank).map(([name, value]) => [`${name}_random_init`, value] as const);
  return { n: x.count, figures: { n: x.count, ...own, ...Object.fromEntries(besides) }, tables: {} };
}

interface Items {
  count: number;
  x: Float32Array;
  /** Two views of each item, where the system has them. */
  views: [Float32Array, Float32Array][];
}

async function itemsOf(context: EvaluationContext, tick: Tick): Promise<Items> {
  const { system, split, random } = context;
  const total = context.count(split);
  const chosen = chosenPlaces(total, itemLimit, random.split('items'));
  const chance = random.split('views');
  const kept: Float32Array[] = [];
  const views: [Float32Array, Float32Array][] = [];
  let [done, count] = [0, 0];
  for await (const { x, labels } of context.batches(split)) {
    await tick(done, total);
    const places = Array.from(labels.keys()).filter((i) => chosen[done + i]);
    const some = itemsAt(x, labels.length, places);
    kept.push(some);
    if (system.views && places.length > 0) views.push(await system.views(some, chance.split(done)));
    done += labels.length;
    count += places.length;
  }
  await tick(total, total);
  return { count, x: joined(kept, count).data, views };
}

async function shapeOf({ x, count, views }: Items, forward: Forward): Promise<Record<string, number>> {
  const features = await embedded(forward, x, count);
  const { spread, meanCosine } = collapseOf(features);
  return {
    effective_rank: effectiveRank(forRank(features)),
    spread,
    mean_cosine: meanCosine,
    uniformity: uniformity(features),
    ...(views.length > 0 && { alignment: await alignmentOf(views, x.length / count, forward) }),
  };
}

async function embedded(forward: Forward, x: Float32Array, count: number): Promise<Matrix> {
  const data = await embedding(forward, x, count);
  return { rows: count, columns: data.length / count, data };
}

/** Of n items at most n − 1 directions can be seen, so the figure of a wide representation is a lower bound. */
function forRank({ rows, columns, data }: Matrix): Matrix {
  const kept = columns <= rankItems ? rows : Math.min(rows, rankItems);
  return { rows: kept, columns, data: data.subarray(0, kept * columns) };
}

async function alignmentOf(views: Items['views'], size: number, forward: Forward): Promise<number> {
  let [sum, n] = [0, 0];
  for (const [a, b] of views) {
    const count = a.length / size;
    sum += count * alignment(await embedded(forward, a, count), await embedded(forward, b, count));
    n += count;
  }
  return sum / n;
}
