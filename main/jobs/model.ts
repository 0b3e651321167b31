/** A run's model rebuilt from recipe, configuration and data, with the values of one of its checkpoints. */
import { PretextError } from '#app/contract';
import type { Device, Run } from '#app/records/run';
import { measurePeak, openTrainSession, webgpuAvailable } from '#main/engine';
import type { Recipe, System, Values } from '#main/recipes/recipe';
import { checkpointFolder, chooseCheckpoint, loadValues, type Manifest } from './checkpoint';
import { type Forwards, openForwards } from './forwards';
import { type Items, openItems } from './items';
import type { Folders, ModelRef } from './protocol';
import type { TaskContext } from './task';

/** The best of three products of 512³ tells two devices apart in 0.1 s on a slow one. */
const quick = { size: 512, repeats: 3 };

let measured: Promise<Device> | undefined;

/** The device that multiplies matrices fastest; measured once in a process, and only where there is a choice. */
export function fastestDevice(): Promise<Device> {
  measured ??= (async () => {
    if (!(await webgpuAvailable()).available) return 'cpu';
    const [cpu, webgpu] = [
      await measurePeak({ device: 'cpu', ...quick }),
      await measurePeak({ device: 'webgpu', ...quick }),
    ];
    return webgpu > cpu ? 'webgpu' : 'cpu';
  })();
  return measured;
}

/** The device a run trains on, and why it is not the one asked for. A resumed run stays on its device. */
export async function deviceOf({ deviceChoice, device }: Run): Promise<{ device: Device; fallback?: string }> {
  const wanted = device ?? (deviceChoice === 'auto' ? await fastestDevice() : deviceChoice);
  if (wanted === 'cpu') return { device: 'cpu' };
  const { available, reason } = await webgpuAvailable();
  return available
    ? { device: 'webgpu' }
    : { device: 'cpu', fallback: `WebGPU is not available: ${reason ?? 'no adapter'}` };
}

/** Builds a run's system for its own data. Throws where the run was made from another version of the data. */
export async function systemOf(recipe: Recipe, run: Run, items: Items): Promise<System> {
  if (run.datasetHash !== items.dataset.hash)
    throw new PretextError(
      `run ${run.id} was made from other data (hash ${run.datasetHash.slice(0, 12)}) than ${items.dataset.name} (${items.dataset.hash.slice(0, 12)})`,
      { advice: 'Choose the version of the data set that the run names.' },
    );
  return recipe.build(run.config, await items.spec());
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
    const forwards = openForwards(system, { device, values });
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

/** Freshly initialised values of the same model: what an evaluation compares with. */
export async function untrainedValues({ system, device, run }: Model): Promise<Values> {
  const session = await openTrainSession(system.program(device), { device, seed: run.seed });
  try {
    return await session.read();
  } finally {
    await session.close();
  }
}
