/** One step of training as a system wants it: its kinds of step in their order, each fed the batch in its parts. */
import type { Stream, TrainSession } from '#main/engine';
import type { Feeds, System } from '#main/recipes/recipe';

export interface StepOptions {
  x: Float32Array;
  /** Counted from 1. */
  step: number;
  /** In how many parts the batch is done. */
  parts?: number;
  /** The step's own. */
  chance: Stream;
  learningRate: number;
  /** Throws to stop; called between parts. */
  check?: () => void;
  /** Called after each kind of step with its name. */
  after?(phase: string | undefined): void;
}

/** The terms of all kinds of step; what several have, as the loss, is that of the last, unless one is not finite. */
export async function takeStep(
  session: TrainSession,
  system: System,
  options: StepOptions,
): Promise<Record<string, number>> {
  const { step, chance, learningRate, check, after } = options;
  const terms: Record<string, number> = {};
  for (const [place, phase] of (system.phases?.(step) ?? [undefined]).entries()) {
    // The first has the chance that a system of one kind of step has.
    const own = place === 0 ? chance : chance.split('phase').split(place);
    const feeds = feedsOf(system, { ...options, chance: own }, phase);
    for (const [name, value] of Object.entries(await session.step(feeds, learningRate, phase, check)))
      if (Number.isFinite(terms[name] ?? 0)) terms[name] = value;
    after?.(phase);
  }
  return terms;
}

/** The batch as a session takes it. Each part has chance of its own; a whole batch that of the step. */
function feedsOf(
  system: System,
  { x, parts = 1, chance, step }: StepOptions,
  phase: string | undefined,
): Feeds | Feeds[] {
  if (parts === 1) return system.feeds(x, chance, step, phase);
  const length = x.length / parts;
  return Array.from({ length: parts }, (_, i) =>
    system.feeds(x.subarray(i * length, (i + 1) * length), chance.split('part').split(i), step, phase),
  );
}
