import { describe, expect, it } from 'vitest';
import { type LineFigure, lineChart } from '#main/reports/figures';

const figure = (label: string, values: number[], more: Partial<LineFigure> = {}): LineFigure => ({
  title: 'Loss',
  lines: [{ label, color: 1, steps: values.map((_, i) => i), values, noisy: false }],
  steps: values.length - 1,
  done: values.length - 1,
  events: [],
  ...more,
});
const labels = (svg: string) =>
  [...svg.matchAll(/class="t\d end" x="([\d.]+)"[^>]*>([^<]*)/g)].map(([, x, text]) => ({ x: Number(x), text: text! }));
/** Average width of a letter of DejaVu Sans Bold at 11 px, the widest of the usual stand-ins for Inter. */
const letter = 7.4;

describe('a chart of a report', () => {
  it.each([false, true])('has room for the names of its lines in the widest font (small: %s)', (small) => {
    for (const name of ['train', 'vq-gradient', 'a-run-with-a-name-that-is-far-too-long-for-any-chart']) {
      const svg = lineChart(figure(name, [3, 2, 1.234], { small }));
      for (const { x, text } of labels(svg)) expect(x + text.length * letter).toBeLessThanOrEqual(small ? 324 : 640);
    }
  });

  it('cuts a name that is too long, never the value', () => {
    const [label] = labels(lineChart(figure('x'.repeat(80), [3, 2, 1.234])));
    expect(label?.text).toMatch(/^x+… 1\.23$/);
  });

  it('keeps the name of the axis clear of the lines', () => {
    const svg = lineChart(figure('train', [3, 2, 0]));
    const right = Number(svg.match(/class="axis" x1="52" x2="(\d+)"/)?.[1]);
    const [, x, y] = svg.match(/<text x="(\d+)" y="(\d+)">step</) ?? [];
    expect(Number(x)).toBeGreaterThan(right);
    expect(Number(y)).toBeGreaterThan(190);
  });

  it('calls an average that has faded away zero', () => {
    const values = [2, ...Array.from({ length: 400 }, () => 0)];
    const svg = lineChart(
      figure('train', values, {
        lines: [{ label: 'train', color: 1, steps: [...values.keys()], values, noisy: true }],
      }),
    );
    expect(labels(svg)[0]?.text).toBe('train 0');
  });
});
