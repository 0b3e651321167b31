/** How rates move during a run: the learning rate, and how slowly a teacher's weights follow. */

/**
 * - `constant` stays at the peak.
 * - `cosine` falls along half a cosine to its floor (Loshchilov & Hutter 2017, arXiv:1608.03983).
 * - `linear` falls in a straight line that would begin at step 1, as BERT's did: the warm-up takes the place of its
 *   beginning (google-research/bert, optimization.py).
 * - `inverse-sqrt` falls with 1/√step (Vaswani et al. 2017, arXiv:1706.03762, equation 3), from its peak at the end of
 *   the warm-up.
 * - `step` falls to a tenth at half of the run and again at three quarters (He et al. 2016, arXiv:1512.03385, 4.2).
 */
export const scheduleNames = ['constant', 'cosine', 'linear', 'inverse-sqrt', 'step'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

export interface Schedule {
  /** The highest rate. */
  learningRate: number;
  /** Steps of the whole run. */
  steps: number;
  schedule: ScheduleName;
  /** Steps in which the rate climbs to its peak in a straight line. */
  warmup: number;
  /** Where `cosine` and `linear` end, as a share of the highest rate; 0 where it is left out. */
  floor?: number;
}

/** The rate of `step`, counted from 1. Never 0 within the run, so that no step is wasted. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { learningRate, warmup } = schedule;
  return step <= warmup ? (learningRate * step) / warmup : falling[schedule.schedule](schedule, step);
}

const falling: Record<ScheduleName, (schedule: Schedule, step: number) => number> = {
  constant: ({ learningRate }) => learningRate,
  cosine({ learningRate, steps, warmup, floor = 0 }, step) {
    // 0 at the first step after the warm-up, just below 1 at the last
    const progress = Math.min(1, (step - 1 - warmup) / Math.max(1, steps - warmup));
    const lowest = floor * learningRate;
    return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * progress))) / 2;
  },
  linear({ learningRate, steps, floor = 0 }, step) {
    const lowest = floor * learningRate;
    return lowest + (learningRate - lowest) * Math.max(0, 1 - (step - 1) / steps);
  },
  'inverse-sqrt': ({ learningRate, warmup }, step) => learningRate * Math.sqrt(Math.max(1, warmup) / step),
  step: ({ learningRate, steps }, step) =>
    learningRate * 0.1 ** [1 / 2, 3 / 4].filter((at) => step > at * steps).length,
};

/**
 * τ of `step`, counted from 1: how much a teacher keeps of its own weights. τ = 1 − (1 − τ_base) (cos(πk/K) + 1) / 2 climbs
 * from τ_base to 1, so that the teacher stands still at the end (BYOL: Grill et al. 2020, arXiv:2006.07733, section 3.3).
 */
export const teacherDecayAt = ({ base, steps }: { base: number; steps: number }, step: number): number =>
  1 - ((1 - base) * (Math.cos((Math.PI * Math.min(step - 1, steps)) / steps) + 1)) / 2;
