/** One sentence for each measurement: what it asks. */
export const evaluationWords: Record<string, string> = {
  reconstruction: 'How far each item is from what comes back; by class, and the worst ones.',
  codebook: 'How many of the codes are in use, and how evenly.',
  'linear-probe':
    'Can the class be read off the features with one straight cut? Beside raw pixels and an untrained model.',
  knn: 'Do the nearest neighbours in feature space have the same class? Beside raw pixels and an untrained model.',
};

export interface Comparison {
  name: string;
  rows: { label: string; value: number; own: boolean }[];
}

const baselines: [string, string][] = [
  ['_raw', 'raw input'],
  ['_random_init', 'untrained model'],
  ['_kmeans', 'k-means'],
  ['_pca', 'PCA'],
];

/** Figures that have baselines measured with them: `accuracy` beside `accuracy_raw` and `accuracy_random_init`. */
export function comparisons(figures: Readonly<Record<string, number>>): Comparison[] {
  return Object.keys(figures).flatMap((name) => {
    const rows = baselines.flatMap(([suffix, label]) => {
      const value = figures[name + suffix];
      return value === undefined ? [] : [{ label, value, own: false }];
    });
    return rows.length === 0
      ? []
      : [{ name, rows: [{ label: 'this run', value: figures[name]!, own: true }, ...rows] }];
  });
}

/** The figures that stand for themselves. */
export function plainFigures(figures: Readonly<Record<string, number>>): [string, number][] {
  const taken = new Set(
    comparisons(figures).flatMap(({ name }) => [name, ...baselines.map(([suffix]) => name + suffix)]),
  );
  return Object.entries(figures).filter(([name]) => !taken.has(name));
}
