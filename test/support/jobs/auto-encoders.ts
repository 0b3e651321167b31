/** Auto-encoders small enough to be trained within a test: 8 × 8 pictures and four numbers, bits or classes. */
import type { Config } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import type { ModelRef } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import { makeRun, perform, type TestProject, testRooms } from './project';

export const autoEncoderRooms = testRooms({ recipeOf });
const changes = {
  ...{ bottleneck: 4, hiddenLayers: 1, width: 16, batchSize: 16, steps: 120, validations: 3, warmup: 0 },
  ...{ learningRate: 5e-3 },
};

/** Trains one and returns how to refer to it. */
export async function trained(
  project: TestProject,
  recipe: string,
  more: Config = {},
): Promise<ModelRef & { run: Run }> {
  const { fields } = recipeOf(recipe).description;
  const known = new Set(fields.map(({ path }) => path));
  const own = Object.fromEntries(Object.entries({ ...changes, ...more }).filter(([path]) => known.has(path)));
  const { config, issues } = recipeOf(recipe).configure('tiny', own);
  if (issues.length > 0) throw new Error(`${recipe}: ${issues[0]?.path} ${issues[0]?.message}`);
  const ref = {
    run: { ...makeRun(project, { id: `r-${recipe.slice(0, 6)}`, recipe }), config },
    dataset: project.dataset,
  };
  await perform('train', { folders: project.folders, ...ref, resume: false }, { rooms: autoEncoderRooms }).done;
  return ref;
}
