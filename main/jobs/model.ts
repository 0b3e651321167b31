/** A run's model rebuilt from recipe, configuration and data, with the values of one of its checkpoints. */
import { PretextError } from '#app/contract';
import type { Device, Run } from '#app/records/run';
import type { Recipe, System, Values } from '#main/recipes/recipe';
import { checkpointFolder, chooseCheckpoint, loadValues, type Manifest } from './checkpoint';
import { type Forwards, openForwards } from './forwards';
import { type Items, openItems } from './items';
import type { Folders, ModelRef } from './protocol';
import type { TaskContext } from './task';

/**
 * Builds a run's system for its own data. Throws where the run was made from another version of the data; an imported
 * network was made from none of it and takes any.
 */
export async function systemOf(recipe: Recipe, run: Run, items: Items): Promise<System> {
  if (run.datasetHash !== items.dataset.hash && !recipe.description.imported)
    throw new PretextError(
      `run ${run.id} was made from other data (hash ${run.datasetHash.slice(0, 12)}) than ${items.dataset.name} (${items.dataset.hash.slice(0, 12)})`,
      { advice: 'Choose the version of the data set that the run names.' },
    );
  const needed = recipe.objects?.(run.config) ?? [];
  const files = await Promise.all(needed.map(async (name) => [name, await items.object(name)] as const));
  return recipe.build(run.config, await items.spec(), new Map(files));
}

export interface Model {
  readonly run: Run;
  readonly system: System;
  readonly recipe: Recipe;
  readonly device: Device;
  readonly items: Items;
  readonly manifest: Manifest;
  readonly values: Values;
  readonly forwards: Forwards;
  close(): Promise<void>;
}

/**
 * Loads a model for looking, on the CPU: a batch of a few items is done there before it would have reached a device.
 *
 * @throws PretextError when the run has no such checkpoint, or it is damaged
 */
export async function openModel(folders: Folders, ref: ModelRef, context: TaskContext): Promise<Model> {
  const { run, dataset } = ref;
  const folder = checkpointFolder(folders.checkpoints, run.id);
  const manifest = await chooseCheckpoint(folder, run.id, ref.step);
  const values = await loadValues(folder, manifest);
  const items = openItems(folders.objects, dataset);
  try {
    const recipe = context.rooms.recipeOf(run.recipe);
    const system = await systemOf(recipe, run, items);
    const device = 'cpu';
    const atOnce = system.batchSize / (manifest.progress.parts ?? 1); // what is known to fit into memory
    const forwards = openForwards(system, { device, values, atOnce });
    return {
      ...{ run, system, recipe, device, items, manifest, values, forwards },
      async close() {
        await forwards.close();
        items.close();
      },
    };
  } catch (error) {
    items.close();
    throw error;
  }
}
