/** From runs to the rows of the table: sorted, grouped, with the pinned first. */
import { group as grouped } from 'd3';
import type { Run } from '#app/records/run';
import { isUnderWay } from '../../state/runs.svelte';
import type { RunFact } from './facts';

export const groupings = ['recipe', 'data', 'state', 'none'] as const;
export type Grouping = (typeof groupings)[number];

export interface Sorting {
  /** Id of a fact. */
  by: string;
  down: boolean;
}

export interface GroupRow {
  group: string;
  title: string;
  icon: string;
  count: number;
  /** The middle of its headline values, where all of it is judged by the same figure. */
  median: number | undefined;
  closed: boolean;
}
export type Row = GroupRow | Run;
export const isGroup = (row: Row): row is GroupRow => 'group' in row;

/** `-step` → by step, downwards. Newest first where nothing is said. */
export const parseSorting = (text: string | undefined): Sorting =>
  text ? { by: text.replace(/^-/, ''), down: text.startsWith('-') } : { by: 'started', down: true };
export const writeSorting = ({ by, down }: Sorting): string | undefined =>
  by === 'started' && down ? undefined : `${down ? '-' : ''}${by}`;

/** A new array; runs without the value come last either way, and equal ones keep their order. */
export function sortRuns(runs: readonly Run[], { value }: Pick<RunFact, 'value'>, down: boolean): Run[] {
  const sign = down ? -1 : 1;
  const missing = (one: number | string | undefined) => one === undefined || Number.isNaN(one);
  return runs
    .map((run) => ({ run, at: value(run) }))
    .sort((a, b) => {
      if (missing(a.at) || missing(b.at)) return Number(missing(a.at)) - Number(missing(b.at));
      if (typeof a.at === 'number' && typeof b.at === 'number') return sign * (a.at - b.at);
      return sign * String(a.at).localeCompare(String(b.at), 'en', { numeric: true });
    })
    .map(({ run }) => run);
}

interface Words {
  title: (run: Run) => string;
  icon: (run: Run) => string;
  /** The value that the run is judged by, and the figure's name. */
  headline: (run: Run) => { metric: string; value: number | undefined } | undefined;
}

const keyOf: Record<Exclude<Grouping, 'none'>, (run: Run) => string> = {
  recipe: ({ recipe }) => recipe,
  data: ({ datasetName }) => datasetName,
  state: (run) => (isUnderWay(run) ? 'under way' : run.status === 'finished' ? 'done' : 'ended early'),
};

/** The rows in order, heads of groups among them. `sorted`: runs as sortRuns gives them. closed: groups folded away. */
export function makeRows(sorted: readonly Run[], by: Grouping, closed: ReadonlySet<string>, words: Words): Row[] {
  const pinned = sorted.filter((run) => run.pinned);
  const rest = sorted.filter((run) => !run.pinned);
  const head = (group: string, title: string, icon: string, runs: Run[]): Row[] => {
    const folded = closed.has(group);
    const row = { group, title, icon, count: runs.length, median: medianOf(runs, words.headline), closed: folded };
    return [row, ...(folded ? [] : runs)];
  };
  const top = pinned.length > 0 ? head('pinned', 'Pinned', 'pin', pinned) : [];
  if (by === 'none')
    return [...top, ...(top.length > 0 && rest.length > 0 ? head('rest', 'Others', 'runs', rest) : rest)];
  const groups = grouped(rest, keyOf[by]);
  return [
    ...top,
    ...[...groups].flatMap(([key, runs]) => {
      const first = runs[0]!;
      const title = by === 'recipe' ? words.title(first) : key;
      return head(
        `${by}:${key}`,
        title.replace(/^./, (letter) => letter.toUpperCase()),
        iconOf(by, first, words),
        runs,
      );
    }),
  ];
}

const iconOf = (by: Grouping, run: Run, words: Words): string =>
  by === 'recipe' ? words.icon(run) : by === 'data' ? 'image' : 'runs';

function medianOf(runs: readonly Run[], headline: Words['headline']): number | undefined {
  const found = runs.map(headline);
  if (new Set(found.map((one) => one?.metric)).size !== 1 || runs.length < 2) return undefined;
  const values = found.flatMap((one) => one?.value ?? []).sort((a, b) => a - b);
  if (values.length < 2) return undefined;
  const middle = (values.length - 1) / 2;
  return (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2;
}
