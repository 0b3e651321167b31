/** Lays one picture over another by turning, mirroring, scaling and shifting it (orthogonal Procrustes, Schönemann 1966). */

/** moved: `y` [n, 2] brought as close to `to` [n, 2] as such a map can; residual: share of the spread that is left. */
export function procrustes(y: Float32Array, to: Float32Array): { moved: Float32Array; residual: number } {
  const n = y.length / 2;
  const [a, b] = [centred(y), centred(to)];
  // M = AᵀB; the best turn is U Vᵀ of its singular value decomposition, which in the plane has a closed form.
  let [xx, xy, yx, yy, sa, sb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 2 * n; i += 2) {
    xx += a.x[i]! * b.x[i]!;
    xy += a.x[i]! * b.x[i + 1]!;
    yx += a.x[i + 1]! * b.x[i]!;
    yy += a.x[i + 1]! * b.x[i + 1]!;
    sa += a.x[i]! ** 2 + a.x[i + 1]! ** 2;
    sb += b.x[i]! ** 2 + b.x[i + 1]! ** 2;
  }
  const turned = Math.hypot(xx + yy, xy - yx); // trace reached by a turn
  const mirrored = Math.hypot(xx - yy, xy + yx); // trace reached by a turn of the mirror image
  const mirror = mirrored > turned ? -1 : 1;
  const angle = mirror > 0 ? Math.atan2(xy - yx, xx + yy) : Math.atan2(xy + yx, xx - yy);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const trace = Math.max(turned, mirrored);
  const scale = sa > 0 ? trace / sa : 1;
  const moved = new Float32Array(2 * n);
  for (let i = 0; i < 2 * n; i += 2) {
    const [u, v] = [a.x[i]!, mirror * a.x[i + 1]!];
    moved[i] = scale * (cos * u - sin * v) + b.mean[0];
    moved[i + 1] = scale * (sin * u + cos * v) + b.mean[1];
  }
  return { moved, residual: sb > 0 ? Math.max(0, 1 - trace ** 2 / (sa * sb || 1)) : 0 };
}

function centred(y: Float32Array): { x: Float64Array; mean: [number, number] } {
  const mean: [number, number] = [0, 0];
  const n = y.length / 2;
  for (let i = 0; i < y.length; i++) mean[i % 2]! += y[i]! / n;
  return { x: Float64Array.from(y, (value, i) => value - mean[i % 2]!), mean };
}
