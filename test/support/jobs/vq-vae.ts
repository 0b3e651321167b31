/**
 * A VQ-VAE small enough to be trained within a test: 8 × 8 pictures, maps of 2 × 2 codes of a codebook of 12; and one of
 * two levels, with fine maps of 4 × 4 beside them.
 */
import type { Run } from '#app/records/run';
import type { ModelRef } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import { makeRun, perform, type TestProject, testRooms } from './project';

export const vqVaeRooms = testRooms({ recipeOf });
const changes = {
  ...{ codebookSize: 12, codeLength: 4, channels: 8, residualBlocks: 1, residualChannels: 4 },
  ...{ batchSize: 16, steps: 60, validations: 3, warmup: 0, learningRate: 5e-3 },
};

/** Trains it and returns how to refer to it. */
export async function trainedVqVae(
  project: TestProject,
  recipe: 'vq-vae' | 'vq-vae-2' = 'vq-vae',
): Promise<ModelRef & { run: Run }> {
  const { config } = recipeOf(recipe).configure('tiny', changes);
  const run = makeRun(project, { id: 'r-vqvae', recipe });
  const ref = { run: { ...run, config }, dataset: project.dataset };
  await perform('train', { folders: project.folders, ...ref, resume: false }, { rooms: vqVaeRooms }).done;
  return ref;
}
