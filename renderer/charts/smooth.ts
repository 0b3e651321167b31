/** Smoothing of noisy curves. */
import type { Points } from './series';

/**
 * Debiased exponential moving average: mₜ = β·mₜ₋₁ + (1−β)·yₜ, shown as mₜ / (1−βᵗ), so the first points are not
 * pulled towards zero (Kingma & Ba 2014, section 3). Values that are not finite are passed over and leave a gap.
 *
 * weight: β in [0, 1); 0 returns the curve as it is.
 */
export function smooth(curve: Points, weight: number): Points {
  if (weight <= 0 || curve.count === 0) return curve;
  const y = new Float64Array(curve.count);
  let mean = 0;
  let power = 1;
  for (let i = 0; i < curve.count; i++) {
    const value = curve.y[i]!;
    if (!Number.isFinite(value)) {
      y[i] = Number.NaN;
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    power *= weight;
    y[i] = mean / (1 - power);
  }
  return { x: curve.x, y, count: curve.count };
}
