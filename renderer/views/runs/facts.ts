/** What can be asked of a run by name: the one list behind columns, filters, sorting, export and parallel axes. */
import { group } from 'd3';
import type { Field, RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { clock, count, metric, parameters, when } from '../../widgets/format';
import { statusLooks } from '../../widgets/status';
import { metricPhrase, partsOf } from '../run/metric-words';
import { settingText } from '../run/settings';

/** What is known of the recipes, by id. */
export type Recipes = ReadonlyMap<string, RecipeDescription>;
export type FactValue = number | string | undefined;
export type Better = 'less' | 'more';

export interface RunFact {
  /** `name`, `status`, `step`, …; a metric as `metric:validation/mse`, a setting as `set:codebookSize`. */
  id: string;
  /** Short, for the head of a column. */
  head: string;
  /** In full, for menus and tooltips. */
  title: string;
  group: 'Run' | 'Metrics' | 'Settings';
  num: boolean;
  /** Sorted and compared by; undefined where the run has none. */
  value: (run: Run) => FactValue;
  text: (run: Run, now: number) => string;
  /** Which end of the values is the good one, where there is one. */
  better?: Better | undefined;
  /** What the runs of a recipe are judged by. */
  headline?: boolean;
  /** Words a filter knows it by, besides its id: lower case. */
  words: string[];
}

const none = '–';
const fact = (
  id: string,
  head: string,
  title: string,
  value: RunFact['value'],
  text: RunFact['text'],
  more: Partial<RunFact> = {},
): RunFact => ({ id, head, title, group: 'Run', num: true, value, text, words: [id, head], ...more });
const word = (id: string, head: string, title: string, value: (run: Run) => string): RunFact =>
  fact(id, head, title, value, value, { num: false });

/** What every run has, whatever its recipe. */
const common: RunFact[] = [
  word('name', 'run', 'Name', ({ name }) => name),
  word('status', 'state', 'State', ({ status }) => statusLooks[status].word),
  { ...word('spark', 'loss', 'Loss curve', () => ''), value: () => undefined, words: [] },
  word('recipe', 'recipe', 'Recipe', ({ recipe }) => recipe),
  word('data', 'data', 'Data set', ({ datasetName }) => datasetName),
  word('preset', 'preset', 'Preset', ({ preset }) => preset),
  word('device', 'device', 'Device', ({ device, deviceChoice }) => device ?? deviceChoice),
  word('tag', 'tags', 'Tags', ({ tags }) => tags.join(', ')),
  fact(
    'seed',
    'seed',
    'Seed',
    ({ seed }) => seed,
    ({ seed }) => String(seed),
  ),
  fact(
    'parameters',
    'params',
    'Parameters',
    (run) => run.parameters,
    (run) => parameters(run.parameters),
    { words: ['params', 'parameters'] },
  ),
  fact(
    'speed',
    'items/s',
    'Speed, items per second',
    (run) => run.itemsPerSecond || undefined,
    (run) => (run.itemsPerSecond > 0 ? count(run.itemsPerSecond) : none),
    { words: ['speed'] },
  ),
  fact(
    'time',
    'time',
    'Training time',
    ({ seconds }) => (seconds > 0 ? seconds : undefined),
    ({ seconds }) => (seconds > 0 ? clock(seconds) : none),
    { words: ['time', 'seconds'] },
  ),
  fact(
    'step',
    'step',
    'Steps done',
    ({ step }) => step,
    ({ step }) => count(step),
    { words: ['step', 'steps'] },
  ),
  fact(
    'started',
    'started',
    'Started',
    ({ startedAt, createdAt }) => startedAt ?? createdAt,
    ({ startedAt, createdAt }, now) => when(startedAt ?? createdAt, now),
  ),
];

/** What is known to be good of a figure that is no recipe's headline; undefined: it says nothing by itself. */
function usualBetter(figure: string): Better | undefined {
  if (/^(loss|mse|mae|nll|.*_error)$/.test(figure)) return 'less';
  if (/^(psnr|accuracy.*|.*_perplexity|.*_used_share)$/.test(figure)) return 'more';
  return undefined;
}

/** Validation is what counts, and goes without saying: `validation/mse` → mse, `train/mse` → train mse. */
function metricHead(name: string): string {
  const { split, figure } = partsOf(name);
  const words = figure.replace(/^codebook_/, '').replaceAll('_', ' ');
  return split === 'validation' || split === '' ? words : `${split} ${words}`;
}

function metricFact(name: string, headline: Better | undefined): RunFact {
  const { figure } = partsOf(name);
  const phrase = metricPhrase(name).replace(/^./, (letter) => letter.toUpperCase());
  return {
    id: `metric:${name}`,
    head: metricHead(name),
    title: headline ? `${phrase}, best` : `${phrase}, newest`,
    group: 'Metrics',
    num: true,
    better: headline ?? usualBetter(figure),
    headline: headline !== undefined,
    // a run is judged by its best checkpoint, which is kept; every other figure is told as it is now
    value: (run) => run.metrics[name]?.[headline ? 'best' : 'last'],
    text: (run) => metric(run.metrics[name]?.[headline ? 'best' : 'last']),
    words: [name, figure, figure.replace(/^codebook_/, ''), ...(headline ? ['val'] : [])].map((one) =>
      one.toLowerCase(),
    ),
  };
}

function settingFact(path: string, field: Field | undefined): RunFact {
  const value = (run: Run): FactValue => {
    const set = run.config[path];
    return typeof set === 'boolean' ? (set ? 'on' : 'off') : set;
  };
  const label = field?.label ?? path;
  return {
    id: `set:${path}`,
    head: field?.symbol ?? shortLabel(label),
    title: field?.symbol ? `${label} (${field.symbol})` : label,
    group: 'Settings',
    num: field ? field.kind === 'integer' || field.kind === 'number' : false,
    value,
    text: (run) => settingText(field, run.config[path]),
    words: [path, ...(field?.symbol ? [field.symbol] : [])].map((one) => one.toLowerCase()),
  };
}

const shortLabel = (label: string): string =>
  label.toLowerCase().replace(/^(learning|restart|codebook) (?=rate|unused|update)/, '');

/** All facts of these runs: the common ones, then metrics with the headlines first, then settings by group. */
export function factsOf(runs: readonly Run[], recipes: Recipes): RunFact[] {
  const used = [...new Set(runs.map(({ recipe }) => recipe))].flatMap((id) => recipes.get(id) ?? []);
  const headlines = new Map(used.map(({ headline }) => [headline.metric, headline.better]));
  const measured = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)));
  const order = (name: string) => (headlines.has(name) ? 0 : /^(validation|test)\//.test(name) ? 1 : 2);
  const names = [...new Set([...headlines.keys(), ...measured])].sort((a, b) => order(a) - order(b));
  const groups = ['Model', 'Views', 'Objective', 'Training'];
  const known = used.flatMap((recipe) => recipe.fields);
  const ordered = known.toSorted((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  const fields = new Map(ordered.map((field) => [field.path, field]));
  const paths = [...new Set([...fields.keys(), ...runs.flatMap(({ config }) => Object.keys(config))])];
  return [
    ...common,
    ...names.map((name) => metricFact(name, headlines.get(name))),
    ...paths.map((path) => settingFact(path, fields.get(path))),
  ];
}

/** Settings that two runs of one recipe have set differently: what was tried. */
export function variedSettings(runs: readonly Run[]): string[] {
  const seen = new Map<string, Set<unknown>>();
  for (const { recipe, config } of runs)
    for (const [path, value] of Object.entries(config)) {
      const key = `${recipe} ${path}`;
      const values = seen.get(key);
      if (values) values.add(value);
      else seen.set(key, new Set([value]));
    }
  const varied = [...seen].filter(([, values]) => values.size > 1).map(([key]) => key.slice(key.indexOf(' ') + 1));
  return [...new Set(varied)];
}

/**
 * The best value of a fact among runs that may be compared: those on the same version of the same data. Gives the ids of
 * the best runs. A lone run beats nobody, and a best that half of them share sets nobody apart: these give none.
 */
export function bestRuns({ better, value }: RunFact, runs: readonly Run[]): Set<string> {
  const best = new Set<string>();
  if (!better) return best;
  const sign = better === 'less' ? 1 : -1;
  const byData = group(runs, ({ dataset }) => dataset);
  for (const rivals of byData.values()) {
    const numbers = rivals.flatMap((run) => {
      const number = value(run);
      return typeof number === 'number' && Number.isFinite(number) ? [{ id: run.id, number: sign * number }] : [];
    });
    if (numbers.length < 2) continue;
    const least = Math.min(...numbers.map(({ number }) => number));
    const winners = numbers.filter(({ number }) => number === least);
    if (winners.length * 2 <= numbers.length) for (const { id } of winners) best.add(id);
  }
  return best;
}

/** The best value of the figure that a run is judged by. */
export function headlineOf(run: Run, recipes: Recipes): number | undefined {
  const metric = recipes.get(run.recipe)?.headline.metric;
  return metric === undefined ? undefined : run.metrics[metric]?.best;
}
