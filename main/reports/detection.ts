/** The picture of an anomaly evaluation in a report: scores of both kinds with the threshold, and the ROC beside them. */
import type { Evaluation } from '#app/records/run';
import { escapeXml } from './figures';
import { figure } from './format';

export interface DetectionFigure {
  /** [from, to, share of normal items, share of anomalies] of each bin. */
  histogram: number[][];
  /** [false alarms, found], both shares. */
  roc: number[][];
  threshold: number | undefined;
  auroc: number;
}

const [width, height] = [640, 220];
const [top, bottom] = [14, 186];
const scores = { left: 40, right: 390 };
const curve = { left: 446, right: 626 };

/** Tables that the picture stands for. */
export const drawnTables = ['histogram', 'roc'];

export function detectionOf({ evaluation, figures, tables }: Evaluation): DetectionFigure | undefined {
  const [histogram, roc] = [tables['histogram']?.rows, tables['roc']?.rows];
  if (evaluation !== 'anomaly' || !histogram || !roc || histogram.length === 0) return undefined;
  const numbers = (rows: (string | number)[][]) => rows.map((row) => row.map(Number));
  const { threshold, auroc = Number.NaN } = figures;
  return { histogram: numbers(histogram), roc: numbers(roc), threshold, auroc };
}

const round = (value: number) => Number(value.toFixed(1));

export function detectionChart({ histogram, roc, threshold, auroc }: DetectionFigure, style = ''): string {
  const least = histogram[0]![0]!;
  const most = histogram.at(-1)![1]!;
  const log = least > 0; // its bins are then equal steps of the logarithm
  const scale = (score: number) => (log ? Math.log(score) : score);
  const x = (score: number) => {
    const share = (scale(score) - scale(least)) / (scale(most) - scale(least) || 1);
    return round(scores.left + Math.min(1, Math.max(0, share)) * (scores.right - scores.left));
  };
  const peak = Math.max(1e-9, ...histogram.flatMap(([, , normal, anomaly]) => [normal!, anomaly!]));
  const y = (share: number) => round(bottom - (share / peak) * (bottom - top - 14));
  const stairs = (at: 2 | 3) =>
    `M${scores.left} ${bottom}${histogram.map((bin) => `L${x(bin[0]!)} ${y(bin[at]!)}L${x(bin[1]!)} ${y(bin[at]!)}`).join('')}L${scores.right} ${bottom}`;
  const across = (share: number) => round(curve.left + share * (curve.right - curve.left));
  const up = (share: number) => round(bottom - share * (bottom - top));
  const line = threshold === undefined ? '' : thresholdLine(x(threshold), threshold);
  const parts = [
    `<line class="axis" x1="${scores.left}" x2="${scores.right}" y1="${bottom}" y2="${bottom}"/>`,
    `<path class="l1" d="${stairs(2)}"/><path class="l2" d="${stairs(3)}"/>${line}`,
    `<text class="end t1" x="${scores.left + 4}" y="${top + 4}">normal</text><text class="end t2" x="${scores.left + 56}" y="${top + 4}">anomaly</text>`,
    `<text x="${scores.left}" y="${bottom + 16}">${figure(least)}</text><text x="${scores.right}" y="${bottom + 16}" text-anchor="end">${figure(most)}</text>`,
    `<text x="${(scores.left + scores.right) / 2}" y="${bottom + 30}" text-anchor="middle">score${log ? ', log scale' : ''}; share of each kind</text>`,
    `<line class="axis" x1="${curve.left}" x2="${curve.right}" y1="${bottom}" y2="${bottom}"/><line class="axis" x1="${curve.left}" x2="${curve.left}" y1="${top}" y2="${bottom}"/>`,
    `<line class="event" x1="${curve.left}" y1="${bottom}" x2="${curve.right}" y2="${top}"/>`,
    `<path class="l1" d="M${roc.map(([alarms, found]) => `${across(alarms!)} ${up(found!)}`).join('L')}"/>`,
    `<text x="${curve.left - 6}" y="${bottom + 4}" text-anchor="end">0</text><text x="${curve.left - 6}" y="${top + 4}" text-anchor="end">1</text><text x="${curve.right}" y="${bottom + 16}" text-anchor="end">1</text>`,
    `<text x="${curve.right}" y="${bottom + 30}" text-anchor="end">false alarms; found upwards</text><text class="end" x="${curve.right - 4}" y="${bottom - 8}" text-anchor="end">AUROC ${figure(auroc)}</text>`,
  ];
  const label = `Scores of normal items and anomalies${threshold === undefined ? '' : `, threshold ${figure(threshold)}`}; ROC with an area of ${figure(auroc)}`;
  return `<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">${style}${parts.join('')}</svg>`;
}

function thresholdLine(at: number, threshold: number): string {
  const end = at > scores.right - 90 ? 'end' : 'start';
  const text = `<text class="end" x="${at + (end === 'end' ? -5 : 5)}" y="${top + 18}" text-anchor="${end}">threshold ${figure(threshold)}</text>`;
  return `<line class="axis" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>${text}`;
}
