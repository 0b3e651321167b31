/** Vectors as a trained run would have them: digits in clouds of their class, moved towards them by a t-SNE that tells its way. */
import type { Handlers } from '#app/contract';
import type { Cloud } from '#app/records/projector';
import { randomOf } from './digits';
import { itemRecord } from './fake-records';
import type { World } from './fake-world';

export const cloudCount = 600;

/** float32 [n, 2]: classes on a circle, `tight` of them together. */
export function cloudPlane(tight: number, seed = 7): Float32Array {
  const random = randomOf(seed);
  return Float32Array.from({ length: 2 * cloudCount }, (_, at) => {
    const angle = (2 * Math.PI * itemRecord(at >> 1).label) / 10;
    return tight * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 2 * random() - 1;
  });
}

export function cloudRecord(run: string, step: number, source: 'embed' | 'raw'): Cloud {
  const rows = [...Array(cloudCount).keys()];
  return {
    ...{ run, step, source, split: 'validation', count: cloudCount, dimension: source === 'embed' ? 128 : 784 },
    dimensions: { embed: 128, raw: 784 },
    items: Uint32Array.from(rows),
    labels: Int32Array.from(rows, (row) => itemRecord(row).label),
    splits: Uint8Array.from(rows, () => 1),
    plane: cloudPlane(2, step + 1),
    explained: [0.31, 0.22],
    rebuilds: true,
  };
}

export const projectorAnswers = ({ tell }: World): Handlers<'projector'> => ({
  'projector.open': ({ run, step, source, split, over }) => ({
    ...cloudRecord(run, step ?? 0, source),
    split,
    ...(over && { residual: 0.12 }),
  }),
  async 'projector.layout'({ settings, ticket, over }) {
    const total = settings.method === 'tsne' ? settings.steps : settings.epochs;
    tell('projector.moved', { ticket, positions: cloudPlane(4), done: Math.floor(total / 2), total, divergence: 2.1 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const seconds = { neighbours: 0.2, layout: 1.4 };
    return { positions: cloudPlane(8), done: total, total, divergence: 1.21, seconds, ...(over && { residual: 0.2 }) };
  },
  'projector.signal': () => undefined,
  'projector.colours': ({ colouring }) =>
    colouring.by === 'clusters'
      ? {
          values: Float32Array.from({ length: cloudCount }, (_, row) => row % colouring.k),
          words: Array.from({ length: colouring.k }, (_, k) => `cluster ${k + 1}`),
        }
      : { values: Float32Array.from({ length: cloudCount }, (_, row) => row / cloudCount) },
  'projector.nearest': ({ row, count }) => {
    const rows = Uint32Array.from({ length: count }, (_, at) => (row + 10 * (at + 1)) % cloudCount);
    return { rows, closeness: Float32Array.from(rows, (_, at) => 0.98 - 0.02 * at) };
  },
  'projector.quality': ({ positions }) => ({
    ...{ sample: 600, fitted: 300, measured: 300, knn: { k: 10, accuracy: 0.938 }, probe: 0.952, chance: 0.11 },
    ...{ alignment: 0.142, uniformity: -3.07, effectiveRank: 41.2, meanCosine: 0.05 },
    ...(positions && { trust: { trustworthiness: 0.961, continuity: 0.972, k: 10, sample: 600 } }),
  }),
});
