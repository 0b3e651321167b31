/** What can be done with runs from the table: each takes several, tells what went wrong, and can be undone. */
import type { Run } from '#app/records/run';
import { isUnderWay, runs as store } from '../../state/runs.svelte';
import { attempt, toasts } from '../../state/toasts.svelte';
import { plural } from '../../widgets/format';

const all = (runs: readonly Run[], change: (run: Run) => Parameters<typeof store.change>[1]) =>
  Promise.all(runs.map((run) => store.change(run.id, change(run))));
const named = (runs: readonly Run[]) => (runs.length === 1 ? runs[0]!.name : plural(runs.length, 'run'));

/** Pins them, or unpins them where all are pinned. */
export function pin(runs: readonly Run[]): Promise<unknown> {
  const pinned = !runs.every((run) => run.pinned);
  return attempt(`${named(runs)} could not be ${pinned ? 'pinned' : 'unpinned'}`, () => all(runs, () => ({ pinned })));
}

/** A run under way cannot be put away. */
export const canArchive = (run: Run): boolean => !run.archived && !isUnderWay(run);

/** Puts away those that can be; gives them, so that the caller can let go of them. */
export async function archive(runs: readonly Run[]): Promise<Run[]> {
  const gone = runs.filter(canArchive);
  const done = await attempt(`${named(gone)} could not be archived`, () => all(gone, () => ({ archived: true })));
  if (!done) return [];
  toasts.undoable(
    gone.length === 1 ? `${named(gone)} is archived` : `${named(gone)} are archived`,
    () => void attempt('They could not be brought back', () => all(gone, () => ({ archived: false }))),
  );
  return gone;
}

export const bringBack = (runs: readonly Run[]): Promise<unknown> =>
  attempt(`${named(runs)} could not be brought back`, () => all(runs, () => ({ archived: false })));

/** `a, b c,,a` → a · b c */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];

/** Adds and takes away tags; every run keeps its others. */
export const retag = (runs: readonly Run[], added: readonly string[], removed: readonly string[]): Promise<unknown> =>
  attempt('The tags could not be kept', () =>
    all(runs, ({ tags }) => ({ tags: [...new Set([...tags.filter((tag) => !removed.includes(tag)), ...added])] })),
  );
