/** What a run that starts from another one takes over: all that was learned, but not how the optimizer was moving. */
import { PretextError } from '#app/contract';
import type { TrainProgram } from '#main/engine/compile';
import type { System } from '#main/recipes/recipe';
import { checkpointFolder, chooseCheckpoint, loadValues } from '../checkpoint';

/**
 * Parameters and states (such as a codebook's averages) of the parent's best checkpoint, by name; of a parent that another
 * recipe made, those that the system takes over.
 *
 * @throws PretextError when the parent has no checkpoint, or its model has another shape
 */
export async function inherit(
  checkpoints: string,
  parent: string,
  { variables }: TrainProgram,
  { recipe, system }: { recipe: string; system: Pick<System, 'inherited'> },
): Promise<Map<string, Float32Array>> {
  const folder = checkpointFolder(checkpoints, parent);
  const manifest = await chooseCheckpoint(folder, parent);
  const values = await loadValues(folder, manifest);
  const taken = new Map<string, Float32Array>();
  const isTaken = manifest.origin.recipe === recipe ? () => true : (system.inherited?.bind(system) ?? (() => true));
  for (const { name, kind, shape } of variables) {
    if ((kind !== 'parameter' && kind !== 'state') || !isTaken(name)) continue;
    const value = values.get(name);
    if (!(value?.data instanceof Float32Array) || value.shape.join() !== shape.join())
      throw new PretextError(
        `the run cannot start from ${parent}: ${name} must have shape [${shape}], but there it ${value ? `has [${value.shape}]` : 'does not exist'}`,
        { advice: "Use the parent's preset and model settings." },
      );
    taken.set(name, value.data);
  }
  return taken;
}
