/** What a model's codes are: numbers, bits or classes, and how many; and the codes of a whole split with their figures. */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { CodeKind, LatentSpace } from '#app/records/latent';
import { mig, mutualInformation } from '#main/evaluation';
import { squaredDistance } from '#main/recipes/pictures';
import { expectImages } from '../items';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { TaskContext } from '../task';

export interface CodeSpace {
  kind: CodeKind;
  /** d */
  size: number;
}

/** @throws PretextError where the model has no code that it both gives and takes, or its data cannot be shown */
export function codeSpaceOf({ system, run, items }: Model): CodeSpace {
  expectImages('latent dimensions', items.dataset);
  const { heads } = system;
  const [size, ...more] = heads['decode']?.inputs['code']?.shape ?? [];
  const [given] = heads['embed']?.outputs['embedding']?.shape ?? [];
  if (!size || more.length > 0 || given !== size)
    throw new PretextError(`run ${run.id}: a model must encode to a code and decode it, ${run.recipe} does not`, {
      kind: 'usage',
      advice: 'Open a run of an auto-encoder, such as autoencoder or vae.',
    });
  if (heads['prototypes']) return { kind: 'classes', size };
  return { kind: heads['codes']?.outputs['codes']?.shape[0] === size ? 'bits' : 'numbers', size };
}

/** Codes as the decoder takes them: of classes 0 and 1, not chances. x: [n, …] → float32 [n, d] */
export async function codesOf(model: Model, x: Float32Array, count: number, check: () => void): Promise<Float32Array> {
  const { kind, size } = codeSpaceOf(model);
  const forward = model.forwards.using(check);
  if (kind !== 'classes') return (await forward('embed', { x }, count))['embedding'] as Float32Array;
  const chosen = (await forward('codes', { x }, count))['codes']!;
  const codes = new Float32Array(count * size);
  for (let i = 0; i < count; i++) codes[i * size + chosen[i]!] = 1;
  return codes;
}

/** float32 [n, d] → pixels float32 [n, c, h, w] in [0, 1] */
export async function decode(model: Model, code: Float32Array, check: () => void): Promise<Float32Array> {
  const { size } = codeSpaceOf(model);
  return (await model.forwards.using(check)('decode', { code }, code.length / size))['y'] as Float32Array;
}

export interface EncodedSplit {
  items: number;
  /** [n, d] */
  codes: Float32Array;
  labels: Int32Array;
  indices: Uint32Array;
  error: number;
  kl?: Float32Array;
}

/** Encodes and decodes every item of a split once, with progress. */
export async function encodeSplit(model: Model, split: Split, context: TaskContext): Promise<EncodedSplit> {
  const { size } = codeSpaceOf(model);
  const total = model.items.count(split);
  const progress = progressOf(context, 'items');
  const codes = new Float32Array(total * size);
  const labels = new Int32Array(total);
  const divergence = model.system.heads['posterior'] && new Float64Array(size);
  let [done, squares, pixels] = [0, 0, 0];
  for await (const batch of model.items.batches(split, model.system.batchSize)) {
    const n = batch.labels.length;
    const part = await codesOf(model, batch.x, n, context.check);
    codes.set(part, done * size);
    labels.set(batch.labels, done);
    squares += squaredDistance(batch.x, await decode(model, part, context.check));
    pixels += batch.x.length;
    if (divergence) {
      const kl = (await model.forwards.using(context.check)('posterior', { x: batch.x }, n))['kl']!;
      for (let i = 0; i < kl.length; i++) divergence[i % size]! += kl[i]! / total;
    }
    done += n;
    progress(done, total);
    await new Promise((resolve) => setImmediate(resolve)); // a decode asked for meanwhile gets its turn
  }
  const indices = model.items.indices(split);
  const kl = divergence && { kl: Float32Array.from(divergence) };
  return { items: total, codes, labels, indices, error: pixels > 0 ? squares / pixels : 0, ...kl };
}

type Spread = Pick<LatentSpace, 'mean' | 'std' | 'low' | 'high'>;

/** Mean, standard deviation and extremes of each dimension. codes: [n, d] */
export function spreadOf(codes: Float32Array, size: number): Spread {
  const n = codes.length / size;
  const column = (value: number) => new Float32Array(size).fill(value);
  const [low, high] = [column(Number.POSITIVE_INFINITY), column(Number.NEGATIVE_INFINITY)];
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  codes.forEach((value, i) => {
    const j = i % size;
    sums[j]! += value / n;
    low[j] = Math.min(low[j]!, value);
    high[j] = Math.max(high[j]!, value);
  });
  codes.forEach((value, i) => {
    squares[i % size]! += (value - sums[i % size]!) ** 2 / n;
  });
  return { mean: Float32Array.from(sums), std: Float32Array.from(squares, Math.sqrt), low, high };
}

/** Pictures along a range at which a dimension's change is taken. */
const stops = 5;

/**
 * How much each dimension changes the picture: the mean absolute difference of a pixel between neighbouring stops along
 * the range of its values, summed, with the other dimensions at their means (bits: at 0 or 1, whichever is more frequent).
 */
export async function changesOf(
  model: Model,
  { mean, low, high }: Spread,
  context: TaskContext,
): Promise<Float32Array> {
  const { kind, size } = codeSpaceOf(model);
  const base = kind === 'numbers' ? mean : kind === 'bits' ? mean.map(Math.round) : new Float32Array(size);
  const count = kind === 'numbers' ? stops : 2;
  const result = new Float32Array(size);
  for (let j = 0; j < size; j++) {
    const codes = new Float32Array(count * size);
    for (let stop = 0; stop < count; stop++) {
      codes.set(base, stop * size);
      const share = stop / (count - 1);
      codes[stop * size + j] = kind === 'numbers' ? low[j]! + share * (high[j]! - low[j]!) : share;
    }
    // As it is shown: what lies outside [0, 1] is not seen.
    const y = (await decode(model, codes, context.check)).map((value) => Math.min(1, Math.max(0, value)));
    const length = y.length / count;
    let sum = 0;
    for (let i = length; i < y.length; i++) sum += Math.abs(y[i]! - y[i - length]!);
    result[j] = sum / length;
    context.check();
  }
  return result;
}

/** With fewer items than this, information in bins is told much too high. */
const enoughItems = 2000;

/** The same with the training items added where there are few: which items they are makes no difference here. */
async function withMore(
  model: Model,
  encoded: EncodedSplit,
  split: Split,
  context: TaskContext,
): Promise<EncodedSplit> {
  if (encoded.items >= enoughItems || split === 'train') return encoded;
  const more = await encodeSplit(model, 'train', context);
  const codes = new Float32Array(encoded.codes.length + more.codes.length);
  codes.set(encoded.codes);
  codes.set(more.codes, encoded.codes.length);
  const indices = Uint32Array.from([...encoded.indices, ...more.indices]);
  return { ...encoded, items: encoded.items + more.items, codes, indices };
}

/** Mutual information with the factors that the data is known to be made from; undefined where none are known. */
export async function factorsOf(
  model: Model,
  encoded: EncodedSplit,
  split: Split,
  context: TaskContext,
): Promise<LatentSpace['factors']> {
  const known = model.items.factors();
  if (!known) return undefined;
  const { codes, indices, items: rows } = await withMore(model, encoded, split, context);
  const f = known.names.length;
  const values = Int32Array.from(
    { length: rows * f },
    (_, i) => known.values[indices[Math.floor(i / f)]! * f + (i % f)]!,
  );
  const columns = codes.length / rows;
  const coded = { codes: { rows, columns, data: codes }, factors: { names: known.names, sizes: known.sizes, values } };
  const entropies = known.names.map((_, factor) => entropyOf(values, f, factor, known.sizes[factor]!));
  const information = mutualInformation(coded).flatMap((row) =>
    row.map((nats, factor) => (entropies[factor]! > 0 ? nats / entropies[factor]! : 0)),
  );
  return { names: [...known.names], items: rows, information: Float32Array.from(information), mig: mig(coded) };
}

/** Nats. */
function entropyOf(values: Int32Array, f: number, factor: number, size: number): number {
  const counts = new Float64Array(size);
  for (let i = factor; i < values.length; i += f) counts[values[i]!]!++;
  const rows = values.length / f;
  return counts.reduce((h, n) => (n > 0 ? h - (n / rows) * Math.log(n / rows) : h), 0);
}

/** Which label most items of each class have, and which share of those with a label. codes: [n, k] of 0 and 1 */
export function classesOf({ codes, labels }: EncodedSplit, size: number, names: number) {
  const table = new Uint32Array(size * names);
  const counts = new Uint32Array(size);
  labels.forEach((label, i) => {
    const chosen = codes.subarray(i * size, (i + 1) * size).indexOf(1);
    counts[chosen]!++;
    if (label >= 0) table[chosen * names + label]!++;
  });
  const majority = new Int32Array(size).fill(-1);
  const purity = new Float32Array(size);
  for (let k = 0; k < size; k++) {
    const row = table.subarray(k * names, (k + 1) * names);
    const labelled = row.reduce((sum, n) => sum + n, 0);
    if (labelled === 0) continue;
    const most = row.reduce((best, n, label) => (n > row[best]! ? label : best), 0);
    majority[k] = most;
    purity[k] = row[most]! / labelled;
  }
  return { counts, majority, purity };
}
