/** The histogram of a column as a picture that stands alone and as numbers: what can be saved of the pane beside the rows. */
import { max, scaleLinear, scaleSqrt } from 'd3';
import type { Column } from '#app/records/table';
import { tickLabel } from '#renderer/charts/axis';
import { csv, resolveVariables } from '#renderer/charts/save';
import { numberText } from './cells';

const [width, height] = [560, 260]; // px
const frame = { left: 52, right: width - 12, top: 34, bottom: height - 36 };
const mostNamed = 12;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** fitting: rows that pass the filter, in the column's bins; left out where none is set. lookUp: the theme's colours. */
export function columnSvg(
  column: Column,
  fitting: readonly number[] | undefined,
  lookUp: (name: string) => string,
): string {
  const bins = column.histogram;
  const x = scaleLinear([0, bins.length], [frame.left, frame.right]);
  // by the root, as in the window, so that rare values stay in sight
  const y = scaleSqrt([0, max(bins) ?? 1], [frame.bottom, frame.top]);
  const wide = Math.max(0.5, x(1) - x(0) - 1);
  const bar = (n: number, i: number, fill: string) =>
    n > 0
      ? `<rect x="${x(i).toFixed(2)}" y="${y(n).toFixed(2)}" width="${wide.toFixed(2)}" height="${(frame.bottom - y(n)).toFixed(2)}" fill="${fill}"/>`
      : '';
  const grid = y
    .ticks(4)
    .map(
      (tick) =>
        `<line x1="${frame.left}" x2="${frame.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="var(--grid)"/><text x="${frame.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tickLabel(tick)}</text>`,
    )
    .join('');
  const bars = fitting
    ? bins.map((n, i) => bar(n, i, 'var(--line-2)') + bar(fitting[i] ?? 0, i, 'var(--c1)')).join('')
    : bins.map((n, i) => bar(n, i, 'var(--c1)')).join('');
  const title = `<text x="${frame.left}" y="18" style="font-weight:600;fill:var(--fg-1)">${escaped(shortened(column.name, 60))}</text><text x="${frame.right}" y="18" text-anchor="end">rows, by their root${fitting ? '; blue: those that fit the filter' : ''}</text>`;
  const style = 'text{font:11px Inter,system-ui,sans-serif;fill:var(--axis);font-variant-numeric:tabular-nums}';
  const file = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escaped(column.name)}</title><style>${style}</style><rect width="100%" height="100%" fill="var(--bg-panel)"/>${title}${grid}${bars}${below(column, x)}</svg>`;
  return resolveVariables(file, lookUp);
}

/** Words below their bars where there is room; the ends and the middle of a range of numbers. */
function below({ words, range, histogram }: Column, x: (bin: number) => number): string {
  const at = (place: number, text: string, anchor = 'middle') =>
    `<text x="${place.toFixed(1)}" y="${frame.bottom + 18}" text-anchor="${anchor}">${escaped(text)}</text>`;
  if (words && words.length <= mostNamed) {
    const room = Math.max(3, Math.floor((x(1) - x(0)) / 6.5));
    return words.map((word, i) => at(x(i + 0.5), shortened(word, room))).join('');
  }
  if (words) return at(x(histogram.length / 2), `${words.length} words, the most frequent first`);
  if (!range) return '';
  const middle = (range.min + range.max) / 2;
  return (
    at(frame.left, numberText(range.min), 'start') +
    at(x(histogram.length / 2), numberText(middle)) +
    at(frame.right, numberText(range.max), 'end')
  );
}

/** One row a bin: its range or its word, all rows, and those that fit the filter. */
export function columnCsv({ words, range, histogram }: Column, fitting: readonly number[] | undefined): string {
  const last = fitting ? ['rows that fit'] : [];
  const more = (i: number) => (fitting ? [fitting[i] ?? 0] : []);
  if (words) return csv([['word', 'rows', ...last], ...histogram.map((n, i) => [words[i] ?? '', n, ...more(i)])]);
  const { min, max: most } = range ?? { min: 0, max: 0 };
  const edge = (i: number) => min + (i * (most - min)) / histogram.length;
  return csv([['from', 'to', 'rows', ...last], ...histogram.map((n, i) => [edge(i), edge(i + 1), n, ...more(i)])]);
}
