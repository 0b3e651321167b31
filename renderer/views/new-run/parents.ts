/** The run that a new one starts from, where its recipe learns from what another recipe has trained. */
import type { Dataset } from '#app/records/dataset';
import type { Config, RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { isUnderWay } from '../../state/runs.svelte';

type Needs = Pick<RecipeDescription, 'parents'>;

/** Finished runs that it can start from: those of the data set that is chosen first, then in the order given. */
export function parentsOf(
  { parents }: Needs,
  runs: readonly Run[],
  data: Dataset | undefined,
  all: readonly Dataset[],
) {
  const present = new Set(all.map(({ id }) => id));
  const fit = runs.filter(({ recipe, status }) => status === 'finished' && parents?.includes(recipe));
  const known = fit.filter(({ dataset }) => present.has(dataset));
  return [...known.filter((run) => isOn(run, data)), ...known.filter((run) => !isOn(run, data))];
}

/** Runs that will be such once they have finished. */
export const comingOf = ({ parents }: Needs, runs: readonly Run[]): Run[] =>
  runs.filter((run) => parents?.includes(run.recipe) && isUnderWay(run));

/** The one that is wanted, if it is of this data; else the first that is. */
export function startOf(candidates: readonly Run[], wanted: string | undefined, data: Dataset | undefined) {
  const own = candidates.filter((run) => isOn(run, data));
  return own.find(({ id }) => id === wanted) ?? own[0];
}

/** The same items count, whatever version of the data set they are called. */
const isOn = (run: Run, data: Dataset | undefined): boolean => run.datasetHash === data?.hash;

/** The settings that the parent decides. */
export const inheritedOf = ({ inherits = [] }: RecipeDescription, parent: Run | undefined): Config =>
  Object.fromEntries(
    inherits.flatMap((path) => (parent && path in parent.config ? [[path, parent.config[path]!]] : [])),
  );
