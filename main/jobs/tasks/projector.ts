/** The projector's questions: the vectors of items, pictures of them in the plane, and what lies near what. */
import { PretextError } from '#app/contract';
import type { Layout } from '#app/records/projector';
import { procrustes } from '#main/projection';
import type { Model } from '../model';
import { withModel } from '../models';
import { progressOf } from '../progress';
import { coloursOf } from '../projector/colours';
import { keepState, placeOf, readState } from '../projector/kept';
import { type Moving, moving, neighboursOf, totalOf } from '../projector/layout';
import { allNeighbours, nearestOf } from '../projector/nearest';
import { type Plane, principalPlane } from '../projector/plane';
import { qualityOf } from '../projector/quality';
import { dimensionsOf, type Vectors, vectorsOf } from '../projector/vectors';
import { cancelled, type Task, type TaskContext } from '../task';

/** Pictures cross to the window at most this often, ms: 800 kB each at 100,000 points. */
const shownEvery = 300;

const planes = new WeakMap<Vectors, Promise<Plane>>();
/** Kept beside the vectors: every picture starts from it. */
function planeOf(vectors: Vectors, { check }: TaskContext): Promise<Plane> {
  const known = planes.get(vectors) ?? principalPlane(vectors.data, vectors.count, check);
  planes.set(vectors, known);
  known.catch(() => planes.delete(vectors));
  return known;
}

/** Laid over another picture of the same items, where there is one. */
function laidOver(
  positions: Float32Array,
  over: Float32Array | undefined,
): { positions: Float32Array; residual?: number } {
  if (!over) return { positions };
  if (over.length !== positions.length)
    throw new PretextError(
      `projector: pictures can be laid over each other of the same items only: ${positions.length / 2} here, ${over.length / 2} there`,
      { kind: 'usage' },
    );
  const { moved, residual } = procrustes(positions, over);
  return { positions: moved, residual };
}

export const openCloud: Task<'projector.open'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const vectors = await vectorsOf(model, ask, context);
    const { positions, explained } = await planeOf(vectors, context);
    const { positions: plane, ...alignment } = laidOver(positions, ask.over);
    const { count, dimension, items, labels, splits } = vectors;
    return {
      ...{ run: model.run.id, step: model.manifest.step, source: ask.source, split: ask.split },
      ...{ count, dimension, dimensions: dimensionsOf(model), items, labels, splits, plane, explained },
      ...alignment,
      rebuilds: Boolean(model.system.heads['reconstruct']),
    };
  });

export const layOut: Task<'projector.layout'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model: Model) => {
    const vectors = await vectorsOf(model, ask, context);
    const { settings, over } = ask;
    const path = placeOf(ask.folders.objects, vectors, settings);
    const kept = await readState(path, context);
    const goal = totalOf(settings);
    if (kept && kept['done']![0]! >= goal) {
      const divergence = kept['divergence']?.[0];
      const positions = laidOver(Float32Array.from(kept['y']!), over);
      const figures = divergence !== undefined && Number.isFinite(divergence) ? { divergence } : {};
      return { ...positions, done: kept['done']![0]!, total: goal, ...figures, seconds: { neighbours: 0, layout: 0 } };
    }
    const { positions: start } = await planeOf(vectors, context);
    const begun = performance.now();
    const found = await allNeighbours(vectors.data, vectors.count, neighboursOf(settings, vectors.count), {
      check: context.check,
      progress: progressOf(context, 'items compared'),
    });
    const between = performance.now();
    const rest = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      context.check();
    };
    const picture = await moving(settings, found, start, kept, rest);
    try {
      await move(picture, over, context);
    } finally {
      const divergence = picture.divergence ?? Number.NaN;
      await keepState(path, { ...picture.state(), divergence: Float64Array.of(divergence) }, context);
    }
    const seconds = { neighbours: (between - begun) / 1000, layout: (performance.now() - between) / 1000 };
    return { ...shownAs(picture, over), seconds };
  });

function shownAs(picture: Moving, over: Float32Array | undefined): Omit<Layout, 'seconds'> {
  const { done, total, divergence } = picture;
  return {
    ...laidOver(Float32Array.from(picture.y), over),
    ...{ done, total },
    ...(divergence !== undefined && { divergence }),
  };
}

/** Steps until the picture is done, showing it on the way; holds while paused, throws when stopped. */
async function move(picture: Moving, over: Float32Array | undefined, context: TaskContext): Promise<void> {
  const progress = progressOf(context, 'steps');
  const first = picture.done;
  let shown = performance.now();
  const show = () => {
    const { residual: _, ...moved } = shownAs(picture, over);
    context.note({ kind: 'moved', moved });
    shown = performance.now();
  };
  while (picture.done < picture.total) {
    if (context.flag.stopped || context.flag.paused) show();
    if (context.flag.stopped) throw cancelled();
    if (context.flag.paused) {
      while (context.flag.paused) await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    picture.step();
    progress(picture.done - first, picture.total - first);
    if (performance.now() - shown > shownEvery) show();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const colourPoints: Task<'projector.colours'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) =>
    coloursOf(model, await vectorsOf(model, ask, context), ask.colouring, context),
  );

export const nearestTo: Task<'projector.nearest'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const { data, count } = await vectorsOf(model, ask, context);
    if (ask.row >= count)
      throw new PretextError(`projector: row must lie in [0, ${count - 1}], got ${ask.row}`, { kind: 'usage' });
    return nearestOf(data, count, ask.row, ask.count, ask.metric);
  });

export const spaceQualityOf: Task<'projector.quality'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const vectors = await vectorsOf(model, ask, context);
    return qualityOf(vectors, model.items.dataset.classes.length, ask.positions, context);
  });
