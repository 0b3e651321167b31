/** The charts of a report: one for each figure that was measured, train and validation or run beside run. */
import type { Block } from './document';
import type { RunFacts } from './facts';
import type { ChartLine } from './figures';
import { capital, metricTitle } from './format';

const figureOf = (name: string) => name.slice(name.indexOf('/') + 1);
const splitOf = (name: string) => name.slice(0, Math.max(0, name.indexOf('/')));

/** The loss first, then the headline, then the rest in the order they were first told. */
export function figureNames(runs: RunFacts[]): string[] {
  const all = [...new Set(runs.flatMap(({ series }) => Object.keys(series).map(figureOf)))];
  const first = ['loss', ...runs.map(({ description }) => figureOf(description.headline.metric))];
  return [...new Set([...first.filter((name) => all.includes(name)), ...all])];
}

export function curveBlocks(runs: RunFacts[]): Block[] {
  return figureNames(runs).map((name, place): Block => {
    const lines = runs.length === 1 ? splitLines(runs[0]!, name) : runLines(runs, name);
    const only = runs.length === 1 ? runs[0] : undefined;
    return {
      kind: 'lines',
      figure: {
        title: capital(metricTitle(name)),
        lines,
        // The loss large; the rest two to a row, unless names of runs need the room.
        straight: name === 'learning_rate',
        small: place > 0 && runs.length === 1,
        steps: Math.max(...runs.map(({ run }) => run.steps)),
        done: Math.max(...runs.map(({ run }) => run.step)),
        events: (only?.events ?? []).filter(({ mark }) => mark).map(({ step, text }) => ({ step, text })),
      },
    };
  });
}

function splitLines({ series }: RunFacts, name: string): ChartLine[] {
  const splits = Object.keys(series).filter((metric) => figureOf(metric) === name);
  return splits.map((metric) => ({
    label: splitOf(metric) || name.replaceAll('_', ' '),
    color: splitOf(metric) === 'validation' ? 2 : splitOf(metric) === 'train' ? 1 : 3,
    steps: series[metric]!.steps,
    values: series[metric]!.values,
    noisy: splitOf(metric) === 'train',
  }));
}

/** Several runs: validation where it was measured, else train; one colour a run. */
function runLines(runs: RunFacts[], name: string): ChartLine[] {
  return runs.flatMap(({ run, series }, i): ChartLine[] => {
    const metric = [`validation/${name}`, `train/${name}`, name].find((candidate) => series[candidate] !== undefined);
    if (metric === undefined) return [];
    return [
      {
        label: run.name,
        color: (i % 8) + 1,
        steps: series[metric]!.steps,
        values: series[metric]!.values,
        noisy: splitOf(metric) === 'train',
      },
    ];
  });
}
