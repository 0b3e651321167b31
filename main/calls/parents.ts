/** Which run another one starts from, and what it takes over of its settings. */
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { recipeOf } from '#main/recipes';

/** A part of `runs.start` or `recipes.plan`. */
interface Wanted {
  recipe: string;
  config?: Config | undefined;
}

/**
 * The run that `named` says, or where the recipe learns from runs of another and none is named, the newest finished one of
 * those on the same data.
 *
 * @throws PretextError where the run was made by a recipe that this one cannot start from, or it needs one and there is none
 */
export function parentOf(
  { recipe }: Wanted,
  named: Run | undefined,
  { runs, datasetHash }: { runs: readonly Run[]; datasetHash: string },
): Run | undefined {
  const { parents } = recipeOf(recipe).description;
  const allowed = [recipe, ...(parents ?? [])];
  if (named) {
    if (allowed.includes(named.recipe)) return named;
    throw new PretextError(
      `run ${named.id} was made by ${named.recipe}; ${recipe} must start from a run of ${parents?.join(' or ') ?? 'its own kind'}`,
      {
        kind: 'usage',
        advice: `choose a run of ${(parents ?? [recipe]).join(' or ')}${parents ? '' : ', or leave --from out'}`,
      },
    );
  }
  if (!parents) return undefined;
  const [newest] = runs
    .filter((run) => parents.includes(run.recipe) && run.datasetHash === datasetHash && run.status === 'finished')
    .sort((a, b) => b.createdAt - a.createdAt);
  if (newest) return newest;
  throw new PretextError(
    `${recipe} must start from a finished run of ${parents.join(' or ')} on this data set; there is none`,
    {
      kind: 'usage',
      advice: `train ${parents[0]} first`,
    },
  );
}

/** The settings asked for, with those that the parent decides: they cannot be otherwise. */
export function withSettingsOf<Ask extends Wanted>(ask: Ask, parent: Run | undefined): Ask {
  if (!parent) return ask;
  // A run of the same recipe had taken them over itself.
  const taken = recipeOf(ask.recipe).settingsFrom?.(parent.config);
  return taken ? { ...ask, config: { ...ask.config, ...taken } } : ask;
}
