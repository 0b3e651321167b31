/** Starts all of the state, once: subscribes to the facts, then asks for what is there now. */
import { datasets } from './datasets.svelte';
import { engine } from './engine.svelte';
import { jobs } from './jobs.svelte';
import { project } from './project.svelte';
import { recipes } from './recipes.svelte';
import { runs } from './runs.svelte';

export async function startState(): Promise<void> {
  runs.start();
  datasets.start();
  await Promise.all([engine.start(), jobs.start(), recipes.start(), project.load()]);
}
