/** A linear support vector machine on one number: what SAP asks of each code dimension alone. */

/** C of scikit-learn's LinearSVC, as the released code sets it. */
const C = 0.01;

/**
 * One against the rest, squared hinge loss, classes weighted to count the same, a penalised intercept (LIBLINEAR's
 * primal): min ½(w² + b²) + C Σ sᵢ max(0, 1 − yᵢ(w xᵢ + b))², by Newton's method on two numbers. x, unseen: [n], [m].
 */
export function linearSvmAccuracy(
  x: Float64Array,
  labels: ArrayLike<number>,
  unseen: Float64Array,
  truth: ArrayLike<number>,
  classes: number,
): number {
  const counts = new Float64Array(classes);
  for (let i = 0; i < x.length; i++) counts[labels[i]!]!++;
  const lines = Array.from({ length: classes }, (_, k) => fit(x, labels, k, counts));
  let right = 0;
  for (let i = 0; i < unseen.length; i++) {
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    lines.forEach(([w, b], k) => {
      const score = w * unseen[i]! + b;
      if (counts[k]! > 0 && score > most) [best, most] = [k, score];
    });
    if (best === truth[i]) right++;
  }
  return right / unseen.length;
}

function fit(x: Float64Array, labels: ArrayLike<number>, k: number, counts: Float64Array): [number, number] {
  const n = x.length;
  // "balanced": n / (classes present · count of the class)
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  let [w, b] = [0, 0];
  for (let step = 0; step < 50; step++) {
    let [gw, gb, hww, hwb, hbb] = [w, b, 1, 0, 1];
    for (let i = 0; i < n; i++) {
      const y = labels[i] === k ? 1 : -1;
      const slack = 1 - y * (w * x[i]! + b);
      if (slack <= 0) continue;
      const weight = (2 * C * n) / (present * counts[labels[i]!]!);
      gw -= weight * y * slack * x[i]!;
      gb -= weight * y * slack;
      hww += weight * x[i]! * x[i]!;
      hwb += weight * x[i]!;
      hbb += weight;
    }
    const det = hww * hbb - hwb * hwb;
    const [dw, db] = [(hbb * gw - hwb * gb) / det, (hww * gb - hwb * gw) / det];
    w -= dw;
    b -= db;
    if (Math.abs(dw) + Math.abs(db) < 1e-9) break;
  }
  return [w, b];
}
