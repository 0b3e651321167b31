/** Which charts a run has and what their lines are: the loss large, every other figure small. */
import type { Series } from '#app/records/run';
import type { ChartLine } from '../../charts/line';
import { points } from '../../charts/series';
import { figureTitle, figureUnit, partsOf } from './metric-words';

export type XUnit = 'step' | 'epoch' | 'time';

export interface ChartSpec {
  figure: string;
  title: string;
  unit: string | undefined;
  /** Full metric names, train before validation. */
  metrics: string[];
}

const splitOrder = ['train', 'validation', 'test', ''];
/** Colours of figures that have only one line; train and validation always keep 1 and 2. */
const single = [3, 4, 6, 8, 7, 5];

/** Figures of health have a tab of their own. */
export function chartSpecs(all: readonly string[]): ChartSpec[] {
  const names = all.filter((name) => partsOf(name).split !== 'health');
  const figures = [...new Set(names.map((name) => partsOf(name).figure))];
  const first = figures.includes('loss') ? ['loss'] : [];
  return [...first, ...figures.filter((figure) => figure !== 'loss')].map((figure) => ({
    figure,
    title: figureTitle(figure),
    unit: figureUnit(figure),
    metrics: names
      .filter((name) => partsOf(name).figure === figure)
      .sort((a, b) => splitOrder.indexOf(partsOf(a).split) - splitOrder.indexOf(partsOf(b).split)),
  }));
}

/** Whether the newest values are all whole numbers: things that are counted. */
export const isCount = (values: Float64Array): boolean =>
  values.length > 0 && values.subarray(-64).every(Number.isInteger);

/** The lines of one chart. place: its place among the small charts, for the colour of a lone line. */
export function chartLines(
  { figure, metrics }: ChartSpec,
  place: number,
  series: (name: string) => Series | undefined,
  x: (steps: Float64Array) => Float64Array,
): ChartLine[] {
  return metrics.flatMap((name): ChartLine[] => {
    const found = series(name);
    if (!found) return [];
    const { split } = partsOf(name);
    const alone = metrics.length === 1 && figure !== 'loss';
    const colour =
      figure === 'learning_rate' ? 10 : alone ? single[place % single.length]! : split === 'validation' ? 2 : 1;
    return [
      {
        id: name,
        label: split || figureTitle(figure),
        colour,
        points: points(x(found.steps), found.values),
        kind: split === 'validation' ? 'dots' : figure === 'learning_rate' ? 'plain' : 'noisy',
        whole: isCount(found.values) && figureUnit(figure) === undefined,
      },
    ];
  });
}
