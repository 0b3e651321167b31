// One table of what the frozen features of every recipe are worth on MNIST and Fashion-MNIST: a linear probe and
// nearest neighbours on them, beside raw pixels, PCA, an untrained encoder and the same encoder trained with labels.
import { describe, evaluated, trained } from './cache.mjs';
import { dataSets, missing } from './data.mjs';
import { spread, table, where } from './page.mjs';

const sets = ['mnist', 'fashion-mnist'];
const probes = ['linear-probe', 'knn'];
/** Training each encoder with labels, too, takes as long as all else together: on the harder set only. */
const scratchOn = 'fashion-mnist';
/** What is the same whatever the recipe: taken from the first one. */
const common = [
  ['Raw pixels', 'accuracy_raw'],
  ['PCA', 'accuracy_pca'],
  ['Chance (largest class)', 'accuracy_chance'],
];

/** Trains each recipe on each data set that is there and writes the section. */
export function probesSection(probed, seeds) {
  const present = sets.filter((name) => missing(name) === undefined);
  const skipped = sets.flatMap((name) => missing(name) ?? []);
  const taught = present.filter((name) => name === scratchOn);
  if (present.length === 0) return { skipped };
  const columns = present.flatMap((data) => probes.map((probe) => ({ data, probe })));
  const found = probed.map(({ recipe, preset = 'tiny', set = {} }) => ({
    title: describe(recipe).title,
    cells: columns.map(({ data, probe }) =>
      seeds.map((seed) => evaluated(trained({ recipe, data, preset, set, seed }), probe)),
    ),
    scratch: taught.map((data) => seeds.map((seed) => scratchOf({ recipe, preset, set, seed, data }))),
  }));
  const of = (cell, figure) => (cell.every((one) => figure in one) ? spread(cell.map((one) => one[figure])) : '–');
  const rows = [
    ...common.map(([title, figure]) => [
      title,
      ...found[0].cells.map((cell) => of(cell, figure)),
      ...taught.map(() => ''),
    ]),
    ...found.map(({ title, cells, scratch }) => [
      title,
      ...cells.map((cell) => `${of(cell, 'accuracy')} (untrained ${of(cell, 'accuracy_random_init')})`),
      ...scratch.map((cell) => `${of(cell, 'accuracy')} (probe ${of(cell, 'probe')})`),
    ]),
  ];
  const heads = [
    ...columns.map(({ data, probe }) => `${dataSets[data].title.split(' (')[0]}, ${probe}`),
    ...taught.map((data) => `${dataSets[data].title.split(' (')[0]}, 10,000 labels, from scratch`),
  ];
  const text = [
    '## What frozen features are worth',
    `Accuracy on the test split of a linear probe (4,000 labels) and of 20 nearest neighbours (8,000 labels) on features that were learnt without labels, preset \`tiny\`, ${seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}, mean ± standard deviation`}. The last column trains the same encoder with 10,000 labels and nothing else, and says what a probe on the frozen features makes of as many.`,
    table(['features', ...heads], rows),
    ...skipped.map((why) => `Skipped: ${why}.`),
    `${where()} Once more: \`npm run results -- probes\`.`,
  ].join('\n\n');
  return { text, skipped };
}

/** The supervised twin of an encoder and the probe beside it, at the most labels that the few-label evaluation has. */
function scratchOf({ recipe, preset, set, seed, data }) {
  if (!describe(recipe).evaluations.includes('few-label')) return {};
  const figures = evaluated(trained({ recipe, data, preset, set, seed }), 'few-label');
  const labels = Object.keys(figures).flatMap((name) => name.match(/^accuracy_scratch_(\d+)$/)?.[1] ?? []);
  if (labels.length === 0) return {};
  const most = Math.max(...labels.map(Number));
  return { accuracy: figures[`accuracy_scratch_${most}`], probe: figures[`accuracy_${most}`] };
}
