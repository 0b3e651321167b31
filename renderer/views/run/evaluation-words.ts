/** Measurements in words, in order, and beside their baselines. */
import type { Evaluation } from '#app/records/run';

/** One sentence for each measurement: what it asks. */
export const evaluationWords: Record<string, string> = {
  reconstruction: 'How far each item is from what comes back; by class, and the worst ones.',
  codebook: 'How many of the codes are in use, and how evenly.',
  'linear-probe':
    'Can the class be read off the features with one straight cut? Beside raw pixels and an untrained model.',
  'few-label':
    'How many labels does the representation save? A probe with 50 to 10,000 labels, beside the same encoder trained with them alone.',
  clustering: 'Are the classes found without any label? Codes or clusters, beside k-means of the raw input.',
  disentanglement:
    'Does each dimension stand for one of the known factors of the data? Beside PCA and an untrained model.',
  geometry: 'Has the representation collapsed, how many directions does it use, how evenly is it spread?',
  generation:
    'Do samples look like unseen items, and are they more than copies? Beside a plain auto-encoder as sampler.',
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
  ['_scratch', 'from scratch'],
];
const chanceSuffix = '_chance';

/** The 95 % interval of a share, where it was measured: ` (84–88 %)`. */
function intervalOf(figures: Readonly<Record<string, number>>, name: string): string {
  const [low, high] = [figures[`${name}_low`], figures[`${name}_high`]];
  if (low === undefined || high === undefined) return '';
  return ` (${Math.round(100 * low)}–${Math.round(100 * high)} %)`;
}

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
        rows: [{ label: `this run${intervalOf(figures, name)}`, value: figures[name]!, own: true }, ...rows],
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
  // The ends of an interval are said with their figure.
  const isEnd = (name: string) => /_(low|high)$/.test(name) && name.replace(/_(low|high)$/, '') in figures;
  return Object.entries(figures).filter(([name]) => !taken.has(name) && !isEnd(name));
}
