/** The columns of the table of runs, and its rows in order. */
import type { Field, RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';

export type Recipes = ReadonlyMap<string, RecipeDescription>;
export type SortKey =
  | 'name'
  | 'val'
  | 'step'
  | 'seconds'
  | 'createdAt'
  | 'parameters'
  | `config:${string}`
  | `metric:${string}`;
export interface Sort {
  key: SortKey;
  down: boolean;
}

/** The best value of a run's headline metric. */
export const headlineOf = (run: Run, recipes: Recipes): number | undefined => {
  const metric = recipes.get(run.recipe)?.headline.metric;
  return metric === undefined ? undefined : run.metrics[metric]?.best;
};

/** Settings in which the runs differ, in the order of the recipes' fields; at most `most`. */
export function differingFields(runs: readonly Run[], recipes: Recipes, most: number): Field[] {
  const fields = new Map<string, Field>();
  for (const run of runs)
    for (const field of recipes.get(run.recipe)?.fields ?? [])
      if (!fields.has(field.path)) fields.set(field.path, field);
  return [...fields.values()]
    .filter(
      ({ path }) =>
        new Set(runs.filter(({ config }) => config[path] !== undefined).map(({ config }) => config[path])).size > 1,
    )
    .slice(0, most);
}

function sortValue(run: Run, key: SortKey, recipes: Recipes): number | string | undefined {
  if (key === 'val') return headlineOf(run, recipes);
  if (key.startsWith('metric:')) return run.metrics[key.slice(7)]?.last;
  if (key.startsWith('config:')) {
    const value = run.config[key.slice(7)];
    return typeof value === 'boolean' ? Number(value) : value;
  }
  return run[key as 'name' | 'step' | 'seconds' | 'createdAt' | 'parameters'];
}

/** Sorted anew; runs without a value come last either way, and equal ones newest first. */
export function sorted(runs: readonly Run[], { key, down }: Sort, recipes: Recipes): Run[] {
  const sign = down ? -1 : 1;
  return runs.toSorted((a, b) => {
    const [x, y] = [sortValue(a, key, recipes), sortValue(b, key, recipes)];
    const none = (value: unknown) => value === undefined || Number.isNaN(value);
    if (none(x) || none(y)) return Number(none(x)) - Number(none(y)) || b.createdAt - a.createdAt;
    const order =
      typeof x === 'string' || typeof y === 'string' ? String(x).localeCompare(String(y)) : x! - (y as number);
    return sign * order || b.createdAt - a.createdAt;
  });
}

export type TableRow =
  | { kind: 'group'; id: string; title: string; count: number; median: number | undefined }
  | { kind: 'run'; run: Run };

/** Pinned runs first, then group by group; a folded group is its head alone. */
export function tableRows(
  runs: readonly Run[],
  recipes: Recipes,
  { grouped, folded }: { grouped: boolean; folded: ReadonlySet<string> },
): TableRow[] {
  const pinned = runs.filter((run) => run.pinned);
  const rest = runs.filter((run) => !run.pinned);
  const groups: [string, string, Run[]][] = grouped
    ? [...new Set(rest.map(({ recipe }) => recipe))].map((id) => [
        id,
        recipes.get(id)?.title ?? id,
        rest.filter(({ recipe }) => recipe === id),
      ])
    : rest.length > 0 && pinned.length > 0
      ? [['rest', 'All other runs', rest]]
      : [['', '', rest]];
  if (pinned.length > 0) groups.unshift(['pinned', 'Pinned', pinned]);
  return groups.flatMap(([id, title, list]): TableRow[] => {
    const rows = list.map((run): TableRow => ({ kind: 'run', run }));
    if (title === '') return rows;
    const head: TableRow = {
      kind: 'group',
      id,
      title,
      count: list.length,
      median: id === 'pinned' || id === 'rest' ? undefined : median(list, recipes),
    };
    return folded.has(id) ? [head] : [head, ...rows];
  });
}

function median(runs: readonly Run[], recipes: Recipes): number | undefined {
  const values = runs
    .map((run) => headlineOf(run, recipes))
    .filter((value) => value !== undefined && Number.isFinite(value));
  values.sort((a, b) => a! - b!);
  return values[Math.floor((values.length - 1) / 2)];
}

/** The best of the runs of one recipe on one data set, where there are several to choose from. */
export function bestRuns(runs: readonly Run[], recipes: Recipes): Set<string> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.recipe} ${run.dataset}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const best = new Set<string>();
  for (const list of groups.values()) {
    const better = recipes.get(list[0]!.recipe)?.headline.better;
    const known = list.filter((run) => Number.isFinite(headlineOf(run, recipes)));
    if (!better || known.length < 2) continue;
    best.add(
      known.reduce((a, b) => (headlineOf(b, recipes)! < headlineOf(a, recipes)! === (better === 'less') ? b : a)).id,
    );
  }
  return best;
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
