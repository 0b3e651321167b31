/** Smoothing of noisy curves. */
import { Growth, offsetOf } from './growth';
import type { Points } from './series';

interface Smoothed {
  y: Float64Array;
  count: number;
  mean: number;
  power: number;
  /** The largest value so far, without its sign. */
  largest: number;
}
const growth = new Growth<Smoothed>();

/** An average below this share of the largest value is what rounding leaves of a curve that came to rest: it is 0. */
const REST = 1e-9;

/**
 * Debiased exponential moving average: mₜ = β·mₜ₋₁ + (1−β)·yₜ, shown as mₜ / (1−βᵗ), so the first points are not
 * pulled towards zero (Kingma & Ba 2014, section 3). Values that are not finite are passed over and leave a gap.
 * A curve that has grown since the last time costs only its new points.
 *
 * weight: β in [0, 1); 0 returns the curve as it is.
 */
export function smooth(curve: Points, weight: number): Points {
  if (weight <= 0 || curve.count === 0) return curve;
  const key = `${offsetOf(curve.y)} ${weight}`;
  const known = growth.get(curve.y, key);
  const state =
    known && known.count <= curve.count ? known : { y: new Float64Array(0), count: 0, mean: 0, power: 1, largest: 0 };
  if (state.y.length < curve.count) {
    const longer = new Float64Array(Math.max(256, curve.count * 2));
    longer.set(state.y.subarray(0, state.count));
    state.y = longer;
  }
  for (; state.count < curve.count; state.count++) {
    const value = curve.y[state.count]!;
    if (!Number.isFinite(value)) {
      state.y[state.count] = Number.NaN;
      continue;
    }
    state.mean = weight * state.mean + (1 - weight) * value;
    state.power *= weight;
    state.largest = Math.max(state.largest, Math.abs(value));
    const shown = state.mean / (1 - state.power);
    state.y[state.count] = Math.abs(shown) < REST * state.largest ? 0 : shown;
  }
  growth.put(curve.y, key, state);
  return { x: curve.x, y: state.y.subarray(0, curve.count), count: curve.count };
}
