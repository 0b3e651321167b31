/** Whether a space is a good one, measured on a sample drawn by chance: what its neighbours tell, how evenly it is used. */
import type { SpaceQuality } from '#app/records/projector';
import { type Stream, stream } from '#main/engine';
import { knn, type Labelled, linearProbe, type Matrix, type Tick } from '#main/evaluation';
import { alignment, collapseOf, effectiveRank, uniformity } from '#main/evaluation/geometry';
import { trust } from '#main/projection';
import type { TaskContext } from '../task';
import type { Vectors } from './vectors';

type Rows = Pick<Vectors, 'data' | 'dimension' | 'count'>;

/** Enough for accuracies to ± 1 %; pairs of 1000 are half a million. */
const [measuredMost, pairedMost] = [2000, 1000];
/** Neighbours that vote, and that the picture must keep. */
const [voters, trusted] = [10, 10];
/** Longer vectors are measured along this many of their numbers drawn by chance where eigenvalues are needed. */
const rankMost = 512;

const sampling = (): Stream => stream(0).split('quality');
const pairedOf = (count: number, random: Stream): Uint32Array => random.permutation(count).slice(0, pairedMost).sort();

const rowsOf = ({ data, dimension }: Rows, rows: ArrayLike<number>): Matrix => {
  const out = new Float32Array(rows.length * dimension);
  for (let i = 0; i < rows.length; i++)
    out.set(data.subarray(rows[i]! * dimension, (rows[i]! + 1) * dimension), i * dimension);
  return { rows: rows.length, columns: dimension, data: out };
};

/** The figure of trust alone, of the sample that all figures are taken of. positions: float32 [n, 2] */
export function trustOf(vectors: Rows, positions: Float32Array): NonNullable<SpaceQuality['trust']> {
  const chosen = pairedOf(vectors.count, sampling());
  return trusting(vectors, chosen, rowsOf(vectors, chosen), positions);
}

/** positions: float32 [n, 2], the picture that is to be trusted. */
export async function qualityOf(
  vectors: Vectors,
  classes: number,
  positions: Float32Array | undefined,
  context: TaskContext,
): Promise<SpaceQuality> {
  const random = sampling();
  const turn: Tick = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    context.check();
  };
  const chosen = pairedOf(vectors.count, random);
  const sample = rowsOf(vectors, chosen);
  await turn(0, 1);
  const spread = { uniformity: uniformity(sample), meanCosine: collapseOf(sample).meanCosine };
  await turn(0, 1);
  const rank = effectiveRank(narrowed(sample, random.split('columns')));
  await turn(0, 1);
  return {
    sample: chosen.length,
    ...(await labelled(vectors, classes, random.split('labelled'), turn)),
    ...spread,
    effectiveRank: rank,
    ...(positions && { trust: trusting(vectors, chosen, sample, positions) }),
  };
}

function trusting({ count }: Rows, chosen: Uint32Array, sample: Matrix, positions: Float32Array) {
  if (positions.length !== 2 * count)
    throw new Error(`quality: ${2 * count} positions are needed, got ${positions.length}`);
  const picture = Float32Array.from(
    { length: 2 * chosen.length },
    (_, at) => positions[2 * chosen[at >> 1]! + (at % 2)]!,
  );
  const k = Math.max(1, Math.min(trusted, Math.floor((chosen.length - 1) / 3)));
  return { ...trust(Float32Array.from(sample.data), picture, chosen.length, k), k, sample: chosen.length };
}

/** Some columns of long vectors: eigenvalues of thousands of columns would take minutes. */
function narrowed(x: Matrix, random: Stream): Matrix {
  if (x.columns <= rankMost) return x;
  const columns = random.permutation(x.columns).slice(0, rankMost).sort();
  const data = new Float32Array(x.rows * rankMost);
  for (let i = 0; i < x.rows; i++) columns.forEach((j, at) => (data[i * rankMost + at] = x.data[i * x.columns + j]!));
  return { rows: x.rows, columns: rankMost, data };
}

async function labelled(vectors: Vectors, classes: number, random: Stream, turn: Tick) {
  const known = Uint32Array.from(vectors.labels.keys()).filter((row) => vectors.labels[row]! >= 0);
  const chosen = random.permutation(known.length).slice(0, 2 * measuredMost);
  const half = Math.floor(chosen.length / 2);
  const part = (from: number, to: number): Labelled => {
    const rows = chosen.subarray(from, to).map((at) => known[at]!);
    return { features: rowsOf(vectors, rows), labels: Int32Array.from(rows, (row) => vectors.labels[row]!) };
  };
  const [fit, test] = [part(0, half), part(half, chosen.length)];
  const seen = new Set(fit.labels).size;
  if (classes < 2 || seen < 2 || half < 10) return { fitted: 0, measured: 0 };
  const k = Math.min(voters, half);
  const near = await knn(fit, test, classes, { k, tick: turn });
  const probe = await linearProbe({ ...held(fit), test }, classes, turn);
  const counts = new Float64Array(classes);
  for (const label of test.labels) counts[label]!++;
  const pairs = positives(test, random.split('pairs'));
  return {
    fitted: half,
    measured: test.labels.length,
    knn: { k, accuracy: near.accuracy },
    probe: probe.accuracy,
    chance: Math.max(...counts) / test.labels.length,
    ...(pairs && { alignment: alignment(...pairs) }),
  };
}

/** A fifth of what is fitted chooses the penalty of the probe. */
function held({ features, labels }: Labelled): { train: Labelled; validation: Labelled } {
  const cut = Math.floor(labels.length * 0.8);
  const piece = (from: number, to: number): Labelled => ({
    features: {
      rows: to - from,
      columns: features.columns,
      data: features.data.slice(from * features.columns, to * features.columns),
    },
    labels: labels.slice(from, to),
  });
  return { train: piece(0, cut), validation: piece(cut, labels.length) };
}

/** Each item with another of its class, drawn by chance. */
function positives({ features, labels }: Labelled, random: Stream): [Matrix, Matrix] | undefined {
  const order = random.permutation(labels.length);
  const waiting = new Map<number, number>();
  const [a, b]: [number[], number[]] = [[], []];
  for (const row of order) {
    const label = labels[row]!;
    const other = waiting.get(label);
    if (other === undefined) waiting.set(label, row);
    else {
      waiting.delete(label);
      a.push(other);
      b.push(row);
    }
  }
  if (a.length === 0) return undefined;
  const take = (rows: number[]): Matrix => {
    const data = new Float32Array(rows.length * features.columns);
    rows.forEach((row, at) => {
      for (let j = 0; j < features.columns; j++)
        data[at * features.columns + j] = features.data[row * features.columns + j]!;
    });
    return { rows: rows.length, columns: features.columns, data };
  };
  return [take(a), take(b)];
}
