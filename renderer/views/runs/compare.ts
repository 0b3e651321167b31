/** Runs laid over each other: the figures they share, and one line for each run. */
import type { Run, Series } from '#app/records/run';
import type { ChartLine } from '../../charts/line';
import { points } from '../../charts/series';
import { figureTitle, partsOf } from '../run/metric-words';

/** Figures that at least one of the runs has, the loss first, then the headline, then the rest as they were told. */
export function sharedFigures(runs: readonly Run[], headlines: readonly string[]): { figure: string; title: string }[] {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics).map((name) => partsOf(name).figure)))];
  const first = ['loss', ...headlines.map((name) => partsOf(name).figure)].filter((name) => names.includes(name));
  return [...new Set([...first, ...names])].map((figure) => ({ figure, title: figureTitle(figure) }));
}

/** The metric of a run for a figure: on validation where it was measured, else on train. */
export const metricFor = (run: Run, figure: string): string | undefined =>
  [`validation/${figure}`, `train/${figure}`, figure].find((name) => run.metrics[name] !== undefined);

export function compareLines(
  runs: readonly Run[],
  figure: string,
  colour: (id: string) => number,
  series: (run: string, name: string) => Series | undefined,
  x: (run: Run, steps: Float64Array) => Float64Array,
): ChartLine[] {
  return runs.flatMap((run): ChartLine[] => {
    const name = metricFor(run, figure);
    const found = name === undefined ? undefined : series(run.id, name);
    if (!found) return [];
    return [
      {
        id: run.id,
        label: run.name,
        colour: colour(run.id),
        points: points(x(run, found.steps), found.values),
        kind: partsOf(name!).split === 'train' ? 'noisy' : 'plain',
      },
    ];
  });
}
