/** Which facts are columns, how wide they are, and what of them fits. */
import type { Run } from '#app/records/run';
import { type RunFact, variedSettings } from './facts';

export interface Column {
  fact: RunFact;
  /** Pixels. */
  width: number;
}

/** What the user chose otherwise than the default: id of a fact → shown. */
export type Choice = Readonly<Record<string, boolean>>;

const always = ['status', 'spark', 'parameters', 'time', 'step', 'started'];
/** How many validation figures and varied settings are shown unasked. */
const figures = 1;
const settings = 5;

/** Facts that are columns unless the user says otherwise. */
function byDefault(facts: readonly RunFact[], runs: readonly Run[]): Set<string> {
  const shown = new Set(always);
  if (new Set(runs.map(({ dataset }) => dataset)).size > 1) shown.add('data');
  const headlines = facts.filter(({ headline }) => headline);
  const others = facts.filter(
    ({ id, headline }) => !headline && id.startsWith('metric:validation/') && !id.endsWith('/loss'),
  );
  for (const { id } of [...headlines, ...others.slice(0, figures)]) shown.add(id);
  const varied = new Set(variedSettings(runs).map((path) => `set:${path}`));
  for (const { id } of facts.filter(({ id }) => varied.has(id)).slice(0, settings)) shown.add(id);
  return shown;
}

/** Facts that are columns, in the order of the table: state, data, figures, settings, then what it took. */
export function chosenFacts(facts: readonly RunFact[], runs: readonly Run[], choice: Choice): RunFact[] {
  const usual = byDefault(facts, runs);
  const shown = facts.filter(({ id }) => id !== 'name' && (choice[id] ?? usual.has(id)));
  const place = ({ id, group, num }: RunFact) => {
    if (id === 'status' || id === 'spark') return 0;
    if (group === 'Run') return num ? 4 : 1;
    return group === 'Metrics' ? 2 : 3;
  };
  return [...shown].sort((a, b) => place(a) - place(b));
}

/** Pixels of a column: as wide as its head and usual values need, the arrow of a sorted one included. */
function widthOf({ id, head, num, group }: RunFact): number {
  if (id === 'status') return 100;
  if (id === 'spark') return 88;
  if (id === 'started') return 78;
  if (id === 'step') return 66;
  const text = Math.ceil(head.length * 5.9) + 24;
  if (group === 'Metrics') return Math.max(76, text);
  return Math.max(num ? 48 : 76, text);
}

/** Before and behind the facts: box, pin, what else can be done. Pixels. */
export const fixed = { select: 34, pin: 26, more: 32 };
const nameWidth = 170;

/** As many columns as fit beside the name, from the left; the rest are dropped from the right. room: pixels. */
export function fitColumns(facts: readonly RunFact[], room: number): Column[] {
  let left = room - Object.values(fixed).reduce((sum, one) => sum + one, nameWidth);
  const columns: Column[] = [];
  for (const fact of facts) {
    const width = widthOf(fact);
    left -= width;
    if (left < 0) break;
    columns.push({ fact, width });
  }
  return columns;
}

/** Every run with all its figures and settings as rows of a table, the head first. */
export function exportRows(runs: readonly Run[]): (string | number | boolean | undefined)[][] {
  const metrics = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  const settings = [...new Set(runs.flatMap(({ config }) => Object.keys(config)))];
  const head = [
    'id',
    'name',
    'recipe',
    'preset',
    'data',
    'data_version',
    'data_hash',
    'status',
    'step',
    'steps',
    'seed',
    'device',
    'seconds',
    'items_per_second',
    'parameters',
    'created',
    ...metrics.flatMap((name) => [name, `${name} best`]),
    ...settings,
  ];
  return [
    head,
    ...runs.map((run) => [
      run.id,
      run.name,
      run.recipe,
      run.preset,
      run.datasetName,
      run.datasetVersion,
      run.datasetHash,
      run.status,
      run.step,
      run.steps,
      run.seed,
      run.device,
      run.seconds,
      run.itemsPerSecond,
      run.parameters,
      new Date(run.createdAt).toISOString(),
      ...metrics.flatMap((name) => [run.metrics[name]?.last, run.metrics[name]?.best]),
      ...settings.map((name) => run.config[name]),
    ]),
  ];
}
