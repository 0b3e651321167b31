/** Measurements in words, in order, and beside their baselines. */
import type { Evaluation } from '#app/records/run';

/** One sentence for each measurement: what it asks. */
export const evaluationWords: Record<string, string> = {
  reconstruction: 'How far each item is from what comes back; by class, and the worst ones.',
  codebook: 'How many of the codes are in use, and how evenly.',
  'linear-probe':
    'Can the class be read off the features with one straight cut? Beside raw pixels and an untrained model.',
  knn: 'Do the nearest neighbours in feature space have the same class? Beside raw pixels and an untrained model.',
};

/** The newest result of each measurement and split, newest first; and those that were measured again since. */
export function newestOf(evaluations: readonly Evaluation[]): { newest: Evaluation[]; earlier: Evaluation[] } {
  const seen = new Set<string>();
  const newest: Evaluation[] = [];
  const earlier: Evaluation[] = [];
  for (const one of evaluations.toSorted((a, b) => b.createdAt - a.createdAt)) {
    const key = `${one.evaluation} ${one.split} ${one.dataset}`;
    (seen.has(key) ? earlier : newest).push(one);
    seen.add(key);
  }
  return { newest, earlier };
}

export interface Comparison {
  name: string;
  rows: { label: string; value: number; own: boolean }[];
  /** What blind guessing reaches. */
  chance?: number;
}

const baselines: [string, string][] = [
  ['_raw', 'raw input'],
  ['_random_init', 'untrained model'],
  ['_kmeans', 'k-means'],
  ['_pca', 'PCA'],
];
const chanceSuffix = '_chance';

/** Figures that have baselines measured with them: `accuracy` beside `accuracy_raw` and `accuracy_random_init`. */
export function comparisons(figures: Readonly<Record<string, number>>): Comparison[] {
  return Object.keys(figures).flatMap((name) => {
    const rows = baselines.flatMap(([suffix, label]) => {
      const value = figures[name + suffix];
      return value === undefined ? [] : [{ label, value, own: false }];
    });
    if (rows.length === 0) return [];
    const chance = figures[name + chanceSuffix];
    return [
      {
        name,
        rows: [{ label: 'this run', value: figures[name]!, own: true }, ...rows],
        ...(chance !== undefined && { chance }),
      },
    ];
  });
}

/** The figures that stand for themselves. */
export function plainFigures(figures: Readonly<Record<string, number>>): [string, number][] {
  const taken = new Set(
    comparisons(figures).flatMap(({ name }) => [
      name,
      name + chanceSuffix,
      ...baselines.map(([suffix]) => name + suffix),
    ]),
  );
  return Object.entries(figures).filter(([name]) => !taken.has(name));
}
