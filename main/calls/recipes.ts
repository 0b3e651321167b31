/** Calls about self-supervised systems: which there are, what can be set, and what a configuration would cost. */
import type { Handlers } from '#app/contract';
import type { RecipeDescription, RecipeSummary } from '#app/records/recipe';
import { recipeOf, recipes } from '#main/recipes';
import { parentOf, withSettingsOf } from './parents';
import type { Rooms } from './rooms';

const summaryOf = ({
  fields: _,
  presets: __,
  terms: ___,
  twins: ____,
  headline: _____,
  ...summary
}: RecipeDescription): RecipeSummary => summary;

export const recipeCalls = ({ session, hosts, machine }: Rooms): Handlers<'recipes'> => ({
  'recipes.list': () => recipes.map(({ description }) => summaryOf(description)),
  'recipes.describe': ({ recipe }) => recipeOf(recipe).description,

  async 'recipes.plan'({ recipe, dataset, preset = 'small', config = {}, steps, epochs, from }) {
    recipeOf(recipe); // an unknown one is told before anything is started
    const { store, training, folders } = session();
    const data = await store.datasets.find(dataset);
    // While a run trains a measurement would be wrong; the plan then goes without times it does not know.
    const measure = training.active().length === 0;
    const peakGflops = await machine.peakGflops(measure);
    const length = { ...(steps !== undefined && { steps }), ...(epochs !== undefined && { epochs }) };
    const named = from === undefined ? undefined : await store.runs.find(from);
    const runs = await store.runs.list(false);
    const settings = withSettingsOf({ recipe, config }, parentOf({ recipe }, named, { runs, datasetHash: data.hash }));
    const about = { folders, ...settings, dataset: data, preset, peakGflops, measure, ...length };
    return hosts.run('look', 'plan', about).done;
  },

  async 'recipes.views'({ recipe, dataset, preset = 'small', config = {}, item, pairs, seed }) {
    recipeOf(recipe);
    const { store, folders } = session();
    const about = { folders, recipe, dataset: await store.datasets.find(dataset), preset, config, item, pairs, seed };
    return hosts.run('look', 'views', about).done;
  },
});
