/** Runs and recipes that the tests of the runs table share. */
import type { RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { recipeRecords } from '#test/dom/fake-recipes';
import { runRecord } from '#test/dom/fake-records';

export const recipeMap = (): Map<string, RecipeDescription> =>
  new Map(recipeRecords().map((recipe) => [recipe.id, recipe]));

/** A VQ-VAE run with a squared error and changed settings. */
export const vq = (id: string, mse: number, config: Run['config'] = {}, more: Partial<Run> = {}): Run => {
  const base = runRecord(id, id, more);
  return {
    ...base,
    config: { ...base.config, ...config },
    metrics: { ...base.metrics, 'validation/mse': { last: mse * 1.1, best: mse, step: base.step } },
  };
};
