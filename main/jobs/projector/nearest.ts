/**
 * Exact nearest neighbours of every row: blocked matrix products and the choice of the largest by the engine, so that
 * memory stays that of one block, and the work is done at the speed of products instead of loops.
 */
import { batchDim, compileForward, type ForwardProgram, type ForwardSession, openForwardSession } from '#main/engine';
import type { Neighbours } from '#main/projection';
import { centred, squaredLengths } from './centred';

/** Rows that ask at once, and rows that are looked through for them: a block of 32 MB. */
const [askAtOnce, baseAtOnce] = [1024, 8192];
/** A few more than asked for: float32 may put near ties in the wrong order; distances are then taken exactly. */
const spare = 4;

export interface Watch {
  /** Throws to stop. */
  check(): void;
  progress(done: number, total: number): void;
}

/** data: float32 [n, d]; squared Euclidean distances. An item is not its own neighbour. */
export async function allNeighbours(data: Float32Array, count: number, k: number, watch: Watch): Promise<Neighbours> {
  if (k >= count) throw new Error(`allNeighbours: k must be below the number of rows ${count}, got ${k}`);
  const { x } = centred(data, count);
  const dimension = x.length / count;
  const half = Float32Array.from(squaredLengths(x, count), (square) => square / 2);
  const sessions = new Map<number, ForwardSession>();
  const found: Neighbours = { n: count, k, index: new Uint32Array(count * k), squared: new Float32Array(count * k) };
  const most = Math.min(count, k + 1 + spare);
  try {
    for (let from = 0; from < count; from += askAtOnce) {
      const rows = Math.min(askAtOnce, count - from);
      const best = new Best(rows, most);
      for (let base = 0; base < count; base += baseAtOnce) {
        watch.check();
        const size = Math.min(baseAtOnce, count - base);
        const session =
          sessions.get(size) ?? (await openForwardSession(search(dimension, size, most), { device: 'cpu' }));
        sessions.set(size, session);
        const part = await session.run(
          {
            asking: x.subarray(from * dimension, (from + rows) * dimension),
            among: x.subarray(base * dimension, (base + size) * dimension),
            half: half.subarray(base, base + size),
          },
          rows,
        );
        best.merge(part['scores']!.data as Float32Array, part['places']!.data as Int32Array, base);
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (let row = 0; row < rows; row++) keepNearest(x, dimension, from + row, best.of(row), found);
      watch.progress(from + rows, count);
    }
    return found;
  } finally {
    for (const session of sessions.values()) await session.close();
  }
}

/** ‖q − x‖² is least where q·x − ‖x‖² / 2 is largest. */
function search(dimension: number, size: number, most: number): ForwardProgram {
  return compileForward({
    inputs: {
      asking: { dtype: 'float32', shape: [batchDim, dimension] },
      among: { dtype: 'float32', shape: [size, dimension] },
      half: { dtype: 'float32', shape: [size] },
    },
    outputs(_, { asking, among, half }) {
      const scores = asking!.matmul(among!.transpose([1, 0])).sub(half!); // [n, size]
      const { values, indices } = scores.topK(Math.min(size, most));
      return { scores: values, places: indices };
    },
    device: 'cpu',
  });
}

/** The best so far of each row that asks, best first. */
class Best {
  readonly #most: number;
  readonly #rows: number;
  #scores: Float32Array;
  #places: Uint32Array;
  #kept = 0;

  constructor(rows: number, most: number) {
    [this.#rows, this.#most] = [rows, most];
    this.#scores = new Float32Array(rows * most);
    this.#places = new Uint32Array(rows * most);
  }

  /** scores, places: [rows, each], best first; places count from `base`. */
  merge(scores: Float32Array, places: Int32Array, base: number): void {
    const [rows, most, kept] = [this.#rows, this.#most, this.#kept];
    const each = scores.length / rows;
    const total = Math.min(most, kept + each);
    const [nextScores, nextPlaces] = [new Float32Array(rows * most), new Uint32Array(rows * most)];
    for (let row = 0; row < rows; row++) {
      let [old, fresh] = [row * most, row * each];
      const [oldEnd, freshEnd] = [old + kept, fresh + each];
      for (let to = row * most; to < row * most + total; to++) {
        const takesOld = fresh === freshEnd || (old < oldEnd && this.#scores[old]! >= scores[fresh]!);
        nextScores[to] = takesOld ? this.#scores[old]! : scores[fresh]!;
        nextPlaces[to] = takesOld ? this.#places[old++]! : base + places[fresh++]!;
      }
    }
    [this.#scores, this.#places, this.#kept] = [nextScores, nextPlaces, total];
  }

  of(row: number): Uint32Array {
    return this.#places.subarray(row * this.#most, row * this.#most + this.#kept);
  }
}

/** The k nearest of the candidates by their exact distance, of equals the earlier row. */
function keepNearest(x: Float32Array, d: number, row: number, candidates: Uint32Array, into: Neighbours): void {
  const { k, index, squared } = into;
  let kept = 0;
  const [from, end] = [row * k, (row + 1) * k];
  for (const other of candidates) {
    if (other === row) continue;
    let sum = 0;
    for (let j = 0, a = row * d, b = other * d; j < d; j++) sum += (x[a + j]! - x[b + j]!) ** 2;
    const far = Math.fround(sum);
    let at = from + kept;
    if (at === end) {
      if (far >= squared[end - 1]!) continue;
      at--;
    } else kept++;
    while (at > from && (squared[at - 1]! > far || (squared[at - 1] === far && index[at - 1]! > other))) {
      squared[at] = squared[at - 1]!;
      index[at] = index[at - 1]!;
      at--;
    }
    squared[at] = far;
    index[at] = other;
  }
}

/** The `count` nearest rows of one, nearest first. closeness: the cosine, or the Euclidean distance. */
export function nearestOf(
  data: Float32Array,
  rows: number,
  row: number,
  count: number,
  metric: 'cosine' | 'euclidean',
): { rows: Uint32Array; closeness: Float32Array } {
  const d = data.length / rows;
  const asked = data.subarray(row * d, (row + 1) * d);
  const length = Math.sqrt(asked.reduce((sum, value) => sum + value * value, 0));
  const score = new Float64Array(rows); // the larger the nearer
  for (let other = 0, at = 0; other < rows; other++) {
    let [product, square, far] = [0, 0, 0];
    for (let j = 0; j < d; j++, at++) {
      const [a, b] = [asked[j]!, data[at]!];
      product += a * b;
      square += b * b;
      far += (a - b) ** 2;
    }
    score[other] = metric === 'euclidean' ? -Math.sqrt(far) : product / (length * Math.sqrt(square) || 1);
  }
  score[row] = Number.NEGATIVE_INFINITY;
  const order = Uint32Array.from(score.keys()).sort((a, b) => score[b]! - score[a]! || a - b);
  const chosen = order.slice(0, Math.min(count, rows - 1));
  return {
    rows: chosen,
    closeness: Float32Array.from(chosen, (at) => (metric === 'cosine' ? score[at]! : -score[at]!)),
  };
}
