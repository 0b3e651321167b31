/** A scored table as a trained detector would give it: 200 normal rows and 20 anomalies, some of each on the wrong side. */
import type { Anomalies, AnomalyItems } from '#app/records/anomaly';

const normals = 200;
const anomalies = 20;
const columns = ['amount', 'hour', 'country'];

/** Numbers in [0, 1) that are the same every time. */

const share = (i: number): number => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

export function anomaliesRecord(step: number): Anomalies {
  const n = normals + anomalies;
  const scores = Float32Array.from({ length: n }, (_, i) =>
    i < normals ? 0.05 * Math.exp(3 * share(i)) : 0.5 * Math.exp(3 * share(i)),
  );
  const normalScores = scores.slice(0, normals / 2).sort();
  return {
    ...{ step, split: 'test', classes: ['normal', 'fraud'], normal: [0], contaminated: false, scores, normalScores },
    score: { title: 'mean squared error', unit: 'mean squared error' },
    indices: Uint32Array.from({ length: n }, (_, i) => 1000 + i),
    labels: Int32Array.from({ length: n }, (_, i) => (i < normals ? 0 : 1)),
    quantile: 0.95,
    threshold: normalScores[Math.ceil(0.95 * normalScores.length) - 1]!,
    columns,
  };
}

export const anomalyItemsRecord = (items: number[]): AnomalyItems => ({
  items: items.map((index) => ({
    index,
    name: `row ${index + 1}`,
    label: index < 1000 + normals ? 0 : 1,
    split: 'test',
  })),
  rows: items.map(() => [
    { value: '9800', expected: '42.1', share: 0.82 },
    { value: '3', expected: '14', share: 0.13 },
    { value: 'CN', expected: 'CN', share: 0.05 },
  ]),
});
