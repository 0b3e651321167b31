// How a detector stands to its baselines, said plainly: what it loses to, what it does as well as, what it beats.
import { deviation, mean } from './bars.mjs';

export const methods = [
  { figure: 'anomaly:auroc', title: 'Auto-encoder', name: 'the auto-encoder' },
  { figure: 'anomaly:auroc_pca', title: 'PCA', name: 'PCA' },
  { figure: 'anomaly:auroc_knn', title: 'kNN', name: 'kNN' },
  { figure: 'anomaly:auroc_isolation_forest', title: 'Isolation forest', name: 'the isolation forest' },
];
export const list = (names) => names.join(', ').replace(/, ([^,]+)$/, ' and $1');
const points = (value) => value.toFixed(3);

/** How the faithful runs stand to the baselines: { better, equal, worse } by mean AUROC, and the words for it. */
export function standing({ variants: [{ runs }] }) {
  const found = methods.map(({ figure, name }) => {
    const values = runs.map(({ figures }) => figures[figure]);
    return { name, values, mean: mean(values) };
  });
  const [own, ...others] = found;
  const gap = (other) => Number(points(own.mean)) - Number(points(other.mean)); // as the page shows them
  const beaten = others.filter((other) => gap(other) > 0);
  const lost = others.filter((other) => gap(other) < 0);
  const equal = others.filter((other) => gap(other) === 0);
  const within = lost.filter((other) => -gap(other) <= deviation(own.values));
  const words = [
    ...(lost.length > 0
      ? [
          `loses to ${list(lost.map((other) => `${other.name} (by ${points(-gap(other))})`))}${
            within.length === lost.length ? ', by no more than it varies from seed to seed' : ''
          }`,
        ]
      : []),
    ...(equal.length > 0 ? [`does as well as ${list(equal.map(({ name }) => name))}`] : []),
    ...(beaten.length > 0 ? [`beats ${list(beaten.map((other) => `${other.name} (by ${points(gap(other))})`))}`] : []),
  ];
  return { words: words.join('; '), lost };
}

/** For the section of one family. */
export const remark = (measured) =>
  `By mean AUROC over the seeds the auto-encoder ${standing(measured).words}. The baselines are fitted to the same normal training rows.`;
