/** How the learning rate moves during a run. */

export interface Schedule {
  /** The highest rate. */
  learningRate: number;
  /** Steps of the whole run. */
  steps: number;
  /** `constant` stays at the peak; `cosine` falls from it to nothing along half a cosine (Loshchilov & Hutter 2017). */
  schedule: 'constant' | 'cosine';
  /** Steps in which the rate climbs to its peak in a straight line. */
  warmup: number;
}

/** The rate of `step`, counted from 1. Never 0 within the run, so that no step is wasted. */
export function learningRateAt({ learningRate, steps, schedule, warmup }: Schedule, step: number): number {
  if (step <= warmup) return (learningRate * step) / warmup;
  if (schedule === 'constant') return learningRate;
  // 0 at the first step after the warm-up, just below 1 at the last
  const progress = Math.min(1, (step - 1 - warmup) / Math.max(1, steps - warmup));
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
