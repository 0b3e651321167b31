// What anomaly detection comes to beside its baselines: one table of all data sets.
import { list, methods, standing } from './beside.mjs';
import { dataSets, missing } from './data.mjs';
import { measure, seedsOf } from './measure.mjs';
import { spread, table, where } from './page.mjs';

/** One row a data set. `families`: those of anomaly.mjs by name. */
export function detectionSection(families, seeds) {
  const present = Object.entries(families).filter(([, { data }]) => missing(data) === undefined);
  const skipped = Object.values(families).flatMap(({ data }) => missing(data) ?? []);
  const measured = present.map(([, family]) => measure({ ...family, ...(seeds && { seeds }) }));
  const rows = measured.map((one) => {
    const { family, variants } = one;
    const [{ runs }] = variants;
    const of = ({ figure }) => spread(runs.map(({ figures }) => figures[figure]));
    const { lost } = standing(one);
    return [
      family.overview ?? dataSets[family.data].title,
      seedsOf(family).length,
      ...methods.map(of),
      family.published ?? '–',
      lost.length === 0 ? 'none' : list(lost.map(({ name }) => name.replace('the ', ''))),
    ];
  });
  const losses = rows.filter((row) => row.at(-1) !== 'none').length;
  const text = [
    '## Anomaly detection on all tables',
    `AUROC on the test split, mean ± standard deviation over seeds, of the recipe \`anomaly-autoencoder\` and of three baselines that are fitted to the same normal rows (to at most 8,192 of them). The auto-encoder is beaten by at least one baseline on ${losses} of ${rows.length} data sets. Published figures are of detectors that were given all rows, anomalies among them, without labels: another task, and a harder one.`,
    table(['data', 'seeds', ...methods.map(({ title }) => title), 'published AUROC', 'loses to'], rows),
    ...skipped.map((why) => `Skipped: ${why}.`),
    `${where()} Once more: \`npm run results -- detection\`.`,
  ].join('\n\n');
  return { text, skipped };
}
