/** A batch that does not fit into memory is done in equal parts: the same gradient, a part's memory. */
import { PretextError } from '#app/contract';
import { isOutOfMemory } from '#main/engine';
import type { System } from '#main/recipes/recipe';

/** At least twice as many parts as now, each of as many items; undefined where a part is a single item already. */
export function moreParts(batchSize: number, parts: number): number | undefined {
  for (let more = 2 * parts; more <= batchSize; more++) if (batchSize % more === 0) return more;
  return undefined;
}

/** Where a run stands. */
export interface Standing {
  /** In how many parts a batch is done. */
  readonly parts: number;
  readonly step: number;
}

/** An allocation failed. */
export class OutOfMemory extends PretextError implements Standing {
  readonly parts: number;
  readonly step: number;

  constructor({ parts, step }: Standing, cause: unknown) {
    super(`memory does not suffice: ${firstLine(cause)}`, { cause });
    this.parts = parts;
    this.step = step;
  }
}

/** Passes on what `work` gives; a failed allocation comes as an OutOfMemory. */
export async function watchingMemory<T>(at: () => Standing, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOutOfMemory(error) ? new OutOfMemory(at(), error) : error;
  }
}

/**
 * How a step that did not fit is done instead.
 *
 * @throws PretextError where there is no smaller way
 */
export function fewerAtOnce({ batchSize, divisible = true }: System, error: OutOfMemory): number {
  const more = divisible ? moreParts(batchSize, error.parts) : undefined;
  if (more !== undefined) return more;
  const why = divisible
    ? 'even one item at a time'
    : 'and the batch cannot be done in parts, for this system compares its items with each other';
  throw new PretextError(`${error.message} – ${why}`, {
    advice: divisible
      ? 'Choose a smaller model or smaller pictures, or close other programs.'
      : `Set batchSize to ${Math.max(1, Math.floor(batchSize / 2))} or less, or close other programs.`,
    cause: error,
  });
}

/** What the log says of it. */
export const describeParts = ({ batchSize }: System, parts: number, { message }: OutOfMemory): string =>
  `${message}. From here on the ${batchSize} items of a step are done in ${parts} parts of ${batchSize / parts}: the same gradient in less memory, a little slower`;

/** ONNX Runtime's own sentence, without the place in its source. */
function firstLine(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  const said = /Failed to allocate memory for requested buffer of size (\d+)/.exec(line);
  if (said) return `an allocation of ${(Number(said[1]) / 1e9).toFixed(1)} GB failed`;
  return line.replace(/^.*Status Message: /, '').slice(0, 160);
}
