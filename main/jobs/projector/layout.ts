/** One picture in the making: t-SNE or UMAP as the same few verbs, so that a task can step, hold, keep and go on. */
import type { LayoutSettings } from '#app/records/projector';
import { stream } from '#main/engine';
import {
  type Affinities,
  conditionals,
  type Neighbours,
  neighboursFor,
  symmetric,
  Tsne,
  type TsneState,
  Umap,
} from '#main/projection';

export interface Moving {
  readonly y: Float64Array;
  readonly done: number;
  readonly total: number;
  /** Of t-SNE, in nats. */
  readonly divergence: number | undefined;
  step(): void;
  /** Everything later steps depend on, float64 by name. */
  state(): Record<string, Float64Array>;
}

/** Neighbours of each item that the method looks at. */
export const neighboursOf = (settings: LayoutSettings, count: number): number =>
  settings.method === 'tsne'
    ? Math.max(2, neighboursFor(settings.perplexity, count))
    : Math.min(settings.neighbours, count - 1);

/** Tells pictures apart that cannot go on from each other: steps more or fewer of t-SNE are the same picture. */
export const nameOf = (settings: LayoutSettings): string =>
  settings.method === 'tsne'
    ? `tsne ${settings.perplexity}`
    : `umap ${settings.neighbours} ${settings.minDist} ${settings.epochs} ${settings.seed}`;

export const totalOf = (settings: LayoutSettings): number =>
  settings.method === 'tsne' ? settings.steps : settings.epochs;

const restMs = 20; // between two looks at the flag while long loops run

/** p of t-SNE, a few rows at a time, so that a stop is heard. `rest` lets others have their turn and throws to stop. */
async function affinitiesOf(found: Neighbours, perplexity: number, rest: () => Promise<void>): Promise<Affinities> {
  const forward = new Float32Array(found.n * found.k);
  let rested = performance.now();
  for (let row = 0; row < found.n; row += 64) {
    conditionals(found, perplexity, row, Math.min(found.n, row + 64), forward);
    if (performance.now() - rested < restMs) continue;
    await rest();
    rested = performance.now();
  }
  return symmetric(found.n, found.k, found.index, forward);
}

/** start: float32 [n, 2]; `from`: the state of an earlier one of the same name. */
export async function moving(
  settings: LayoutSettings,
  found: Neighbours,
  start: Float32Array,
  from: Record<string, Float64Array> | undefined,
  rest: () => Promise<void>,
): Promise<Moving> {
  return settings.method === 'tsne'
    ? tsneOf(await affinitiesOf(found, settings.perplexity, rest), settings.steps, start, from)
    : umapOf(settings, found, start, from);
}

function tsneOf(p: Affinities, total: number, start: Float32Array, from?: Record<string, Float64Array>): Moving {
  const known = from && ({ ...from, steps: from['done']![0]! } as unknown as TsneState);
  const tsne = new Tsne(p, known ?? start);
  return {
    y: tsne.y,
    total,
    get done() {
      return tsne.steps;
    },
    get divergence() {
      return Number.isNaN(tsne.divergence) ? undefined : tsne.divergence;
    },
    step: () => tsne.step(),
    state() {
      const { steps, ...state } = tsne.state;
      return { ...state, done: Float64Array.of(steps) };
    },
  };
}

function umapOf(
  { minDist, epochs, seed }: Extract<LayoutSettings, { method: 'umap' }>,
  found: Neighbours,
  start: Float32Array,
  from?: Record<string, Float64Array>,
): Moving {
  // Chance is a function of seed and epoch: a picture that goes on draws what it would have drawn.
  let draw = uniforms(seed, 0);
  const umap = new Umap(found, start, {
    ...{ epochs, minDist, random: () => draw() },
    ...(from && { from: { y: from['y']!, epoch: from['done']![0]! } }),
  });
  return {
    y: umap.y,
    total: epochs,
    divergence: undefined,
    get done() {
      return umap.epoch;
    },
    step() {
      draw = uniforms(seed, umap.epoch + 1);
      umap.step();
    },
    state: () => ({ y: umap.y.slice(), done: Float64Array.of(umap.epoch) }),
  };
}

const drawnAtOnce = 8192;

function uniforms(seed: number, epoch: number): () => number {
  const random = stream(seed).split('umap').split(epoch);
  let [values, at] = [new Float32Array(0), 0];
  return () => {
    if (at === values.length) [values, at] = [random.uniform(drawnAtOnce), 0];
    return values[at++]!;
  };
}
