/** How much memory training a configuration takes, before anything is built. */
import type { System } from '#main/recipes/recipe';

/** Weights, two moments and the copy that a checkpoint is written from: float32 each. */
const bytesPerParameter = 16;
/** The runtime itself with its threads, bytes; measured on Node with onnxruntime 1.30. */
const runtimeBytes = 180e6;
/** Values kept for the backward pass: each block's output, its gradient, and about as much again in between. */
const activationCopies = 4;

/** Bytes of one step of a whole batch. */
export function memoryOf({ batchSize, plan }: System): number {
  const activations = plan.blocks.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
  return Math.round(
    runtimeBytes + bytesPerParameter * plan.parameters + 4 * activationCopies * batchSize * activations,
  );
}
