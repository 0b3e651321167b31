/** What a network is made of, before or after it is trained; with `profile` also where the time of a step goes. */
import { PretextError } from '#app/contract';
import type { Network } from '#app/records/network';
import type { Config } from '#app/records/recipe';
import type { Recipe } from '#main/recipes/recipe';
import { openItems } from '../items';
import { anatomyOf } from '../network/network';
import { profileSteps } from '../network/profile';
import type { Tasks } from '../protocol';
import type { Task } from '../task';

export const explain: Task<'explain'> = async (ask, context): Promise<Network> => {
  const { folders, dataset, recipe: id, run, profile } = ask;
  const items = openItems(folders.objects, dataset);
  try {
    const spec = await items.spec();
    context.check();
    const recipe = context.rooms.recipeOf(id);
    if (recipe.description.imported)
      throw new PretextError(
        `explain: ${recipe.description.title} comes from a file, and has no training step to look at`,
        {
          kind: 'usage',
          advice: 'name a run that was trained here, or a recipe',
        },
      );
    const system = recipe.build(configOf(ask, recipe), spec);
    const measured = profile ? await profileSteps(system, spec, context) : undefined;
    return {
      ...{ recipe: id, dataset: dataset.id, config: system.config },
      ...(run !== undefined && { run }),
      ...anatomyOf(system.program('cpu'), system.batchSize, measured?.secondsOf),
      ...(measured && { profile: measured.profile }),
    };
  } finally {
    items.close();
  }
};

/** A run's own configuration stands as it is; any other must have no issue. */
function configOf({ run, preset, config: changes }: Tasks['explain']['ask'], recipe: Recipe): Config {
  if (run !== undefined) return changes;
  const { config, issues } = recipe.configure(preset, changes);
  const [issue] = issues;
  if (issue) throw new PretextError(issue.message, { kind: 'usage' });
  return config;
}
