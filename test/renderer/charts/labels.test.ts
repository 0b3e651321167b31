import { describe, expect, it } from 'vitest';
import { crosses, placeLabels } from '#renderer/charts/labels';
import { layPlot } from '#renderer/charts/plot';
import { points } from '#renderer/charts/series';

const line = (from: number, to: number, y: (x: number) => number) => {
  const x = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return points(x, x.map(y));
};
const lay = (curves: ReturnType<typeof line>[]) =>
  layPlot({
    width: 600,
    height: 220,
    margins: { top: 10, right: 120, bottom: 10, left: 40 },
    curves,
    xInterval: [0, 100],
    scale: 'linear',
  });
const endOf = (plot: ReturnType<typeof lay>, curve: ReturnType<typeof line>, width = 60) => ({
  x: plot.x(curve.x[curve.count - 1]!),
  y: plot.y(curve.y[curve.count - 1]!),
  width,
});

describe('labels at line ends', () => {
  it('of lines that end together stand in one column, never closer than a line of text', () => {
    const curves = [line(0, 100, () => 1), line(0, 98, () => 1.01), line(0, 100, () => 0)];
    const plot = lay(curves);
    const places = placeLabels(
      plot,
      curves.map((curve) => endOf(plot, curve)),
      curves,
    );
    expect(new Set(places.map((place) => place!.x)).size).toBe(1);
    const ys = places.map((place) => place!.y).sort((a, b) => a - b);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(14);
  });

  it('of a line that ended early stands beside its end, moved off a line that runs through there', () => {
    const early = line(0, 40, () => 0.5);
    const free = lay([early, line(0, 100, () => 1), line(0, 100, () => 0)]);
    const [beside] = placeLabels(free, [endOf(free, early)], [early]);
    expect(beside).toEqual({ x: free.x(40) + 9, y: free.y(0.5) + 4 });

    const curves = [early, line(0, 100, () => 0.5), line(0, 100, () => 1), line(0, 100, () => 0)];
    const plot = lay(curves);
    const [moved] = placeLabels(
      plot,
      curves.map((curve) => endOf(plot, curve)),
      curves,
    );
    expect(moved!.x).toBe(plot.x(40) + 9);
    const box = { left: moved!.x, right: moved!.x + 60, top: moved!.y - 9, bottom: moved!.y + 2 };
    for (const curve of curves.slice(1)) expect(crosses(plot, curve, box)).toBe(false);
  });

  it('a line without an end in sight has none', () => {
    const curve = line(0, 100, () => 1);
    expect(placeLabels(lay([curve]), [undefined], [curve])).toEqual([undefined]);
  });

  it('a steep line crosses a box between two of its points', () => {
    const steep = points([0, 100], [0, 1]);
    const plot = lay([steep]);
    const [x, y] = [plot.x(50), plot.y(0.5)];
    expect(crosses(plot, steep, { left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 })).toBe(true);
    expect(crosses(plot, steep, { left: x - 5, right: x + 5, top: y - 50, bottom: y - 40 })).toBe(false);
  });
});
