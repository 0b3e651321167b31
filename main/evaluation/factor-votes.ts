/** The two measures that change all factors but one and ask which it was: β-VAE's and FactorVAE's scores. */
import { type Coded, factorOf, spreadOf } from './disentanglement';
import { accuracyOf, classify, fitLogistic } from './logistic';

export interface VoteOptions {
  /** Uniform in [0, 1). */
  random: () => number;
  /** Pairs (β-VAE) or items (FactorVAE) behind one vote. */
  batch?: number;
  train?: number;
  test?: number;
}

/** Items by the value of one factor. */
function byValue({ factors }: Coded, factor: number): number[][] {
  const groups = Array.from({ length: factors.sizes[factor]! }, (): number[] => []);
  factorOf(factors, factor).forEach((value, i) => groups[value]!.push(i));
  return groups.filter((group) => group.length > 1);
}

const varying = ({ factors }: Coded): number[] => factors.sizes.flatMap((size, at) => (size > 1 ? [at] : []));

/**
 * β-VAE score (Higgins et al. 2017): from the mean |z¹ − z²| of 64 pairs that share one factor, a linear classifier
 * tells which factor; its accuracy on fresh votes.
 */
export async function betaVaeScore(
  coded: Coded,
  { random, batch = 64, train = 2000, test = 1000 }: VoteOptions,
): Promise<number> {
  const { columns, data } = coded.codes;
  const factors = varying(coded);
  const groups = factors.map((factor) => byValue(coded, factor));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const votes = (count: number) => {
    const x = new Float64Array(count * columns);
    const labels = new Int32Array(count);
    for (let vote = 0; vote < count; vote++) {
      const k = Math.floor(random() * factors.length);
      labels[vote] = k;
      for (let pair = 0; pair < batch; pair++) {
        const group = pick(groups[k]!);
        const [a, b] = [pick(group), pick(group)];
        for (let j = 0; j < columns; j++)
          x[vote * columns + j]! += Math.abs(data[a * columns + j]! - data[b * columns + j]!) / batch;
      }
    }
    return { x, labels };
  };
  const [seen, fresh] = [votes(train), votes(test)];
  const classifier = await fitLogistic(seen.x, seen.labels, { classes: factors.length, columns }, weakPenalty);
  return accuracyOf(classify(classifier, fresh.x), fresh.labels);
}

/** The released code fits without a penalty to speak of (scikit-learn's C = 1 over thousands of votes). */
const weakPenalty = 1e-4;

/** Dimensions whose standard deviation lies below this share of the largest are pruned, as unused. */
const unused = 0.05;

/**
 * FactorVAE score (Kim & Mnih 2018, arXiv:1802.05983): the dimension that varies least, after scaling by its overall
 * deviation, among 64 items that share one factor votes for it; accuracy of the majority vote on fresh votes.
 */
export function factorVaeScore(coded: Coded, { random, batch = 64, train = 2000, test = 1000 }: VoteOptions): number {
  const { rows, columns, data } = coded.codes;
  const deviations = Float64Array.from({ length: columns }, (_, j) =>
    Math.sqrt(spreadOf(Float64Array.from({ length: rows }, (_, i) => data[i * columns + j]!))),
  );
  const active = [...deviations.keys()].filter((j) => deviations[j]! > unused * Math.max(...deviations));
  if (active.length === 0) return 0;
  const factors = varying(coded);
  const groups = factors.map((factor) => byValue(coded, factor));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const vote = (): { dimension: number; factor: number } => {
    const factor = Math.floor(random() * factors.length);
    const group = pick(groups[factor]!);
    const items = Array.from({ length: batch }, () => pick(group));
    let [dimension, least] = [0, Number.POSITIVE_INFINITY];
    for (const j of active) {
      const spread = spreadOf(Float64Array.from(items, (i) => data[i * columns + j]! / deviations[j]!));
      if (spread < least) [dimension, least] = [j, spread];
    }
    return { dimension, factor };
  };
  const counts = Array.from({ length: columns }, () => new Float64Array(factors.length));
  for (let i = 0; i < train; i++) {
    const { dimension, factor } = vote();
    counts[dimension]![factor]!++;
  }
  const named = counts.map((row) => row.indexOf(Math.max(...row)));
  let right = 0;
  for (let i = 0; i < test; i++) {
    const { dimension, factor } = vote();
    if (named[dimension] === factor) right++;
  }
  return right / test;
}
