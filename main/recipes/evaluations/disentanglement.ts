/**
 * How far each dimension of the representation stands for one of the factors that the items are known to be made from
 * (Locatello et al. 2019, arXiv:1811.12359), beside the untrained model and the principal components.
 */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import {
  betaVaeScore,
  type Coded,
  dci,
  type Factors,
  factorVaeScore,
  leadingComponents,
  type Matrix,
  mig,
  mutualInformation,
  project,
  sap,
  type Tick,
} from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { chosenPlaces, embedding, itemsAt, joined, numbersOf, parts } from './features';

/** Items at most; the field's own measurements are of 10,000. */
const itemLimit = 10_000;
/** One item in three is held out for what is fitted; the others fit it. */
const heldOut = 3;
const splits: readonly Split[] = ['train', 'validation', 'test'];

export async function disentanglementEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const factors = factorsOf(context);
  const ticks = parts(context, [3, 4, 4, 1, 3, 1, 2]);
  const items = await gathered(context, factors, ticks[0]!);
  const { whole, fit, held } = items.trained;
  const random = context.random;
  const information = mutualInformation(whole);
  const importance = dci(fit, held);
  await ticks[1]!(1, 1);
  const separated = sap(fit, held);
  await ticks[2]!(1, 1);
  const draw = (name: string) => numbersOf(random.split(name));
  const votes = factorVaeScore(whole, { random: draw('factor-vae') });
  await ticks[3]!(1, 1);
  const pairs = await betaVaeScore(whole, { random: draw('beta-vae') });
  await ticks[4]!(1, 1);
  const besides = [
    ['random_init', items.untrained.whole],
    ['pca', await components(items.raw, whole, ticks[5]!)],
  ] as const;
  const baselines = besides.flatMap(([name, coded]) => [
    [`mig_${name}`, mig(coded)],
    [`factor_vae_score_${name}`, factorVaeScore(coded, { random: draw('factor-vae') })],
  ]);
  await ticks[6]!(1, 1);
  return {
    n: whole.codes.rows,
    figures: {
      n: whole.codes.rows,
      mig: mig(whole),
      dci_disentanglement: importance.disentanglement,
      dci_completeness: importance.completeness,
      dci_informativeness: importance.informativeness,
      sap: separated,
      beta_vae_score: pairs,
      factor_vae_score: votes,
      ...Object.fromEntries(baselines),
    },
    tables: {
      information: matrixOf(factors.names, shareOfEntropy(information, whole.factors)),
      importance: matrixOf(
        factors.names.filter((_, at) => factors.sizes[at]! > 1),
        importance.importance,
      ),
    },
  };
}

function factorsOf(context: EvaluationContext): Factors {
  const factors = context.factors();
  if (factors?.sizes.some((size) => size > 1)) return factors;
  throw new PretextError('disentanglement: the data must say what its items are made from, and this data does not', {
    kind: 'usage',
    advice: 'Use sample:sprites, or an .npz with latents_classes as dSprites has.',
  });
}

interface Cut {
  whole: Coded;
  fit: Coded;
  held: Coded;
}

/** Representations and factors of items of every split: nothing was fitted to labels, so none need be kept apart. */
async function gathered(context: EvaluationContext, { names, sizes, values }: Factors, tick: Tick) {
  const counts = splits.map((split) => context.count(split));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const chosen = chosenPlaces(total, itemLimit, context.random.split('items'));
  const rows = { trained: [] as Float32Array[], untrained: [] as Float32Array[], raw: [] as Float32Array[] };
  const found: number[] = [];
  let done = 0;
  for (const split of splits)
    for await (const { x, labels, indices } of context.batches(split)) {
      await tick(done, total);
      const kept = Array.from(labels.keys()).filter((i) => chosen[done + i]);
      done += labels.length;
      if (kept.length === 0) continue;
      const some = itemsAt(x, labels.length, kept);
      rows.raw.push(some);
      rows.trained.push(await embedding(context.forward, some, kept.length));
      rows.untrained.push(await embedding(context.forwardUntrained, some, kept.length));
      for (const i of kept) for (let f = 0; f < names.length; f++) found.push(values[indices[i]! * names.length + f]!);
    }
  const truth = { names, sizes, values: Int32Array.from(found) };
  const n = found.length / names.length;
  const cut = (pieces: Float32Array[]): Cut => cutOf({ codes: joined(pieces, n), factors: truth });
  return { trained: cut(rows.trained), untrained: cut(rows.untrained), raw: joined(rows.raw, n) };
}

const cutOf = (whole: Coded): Cut => ({
  whole,
  fit: rowsOf(whole, (i) => i % heldOut !== 0),
  held: rowsOf(whole, (i) => i % heldOut === 0),
});

function rowsOf({ codes, factors }: Coded, wanted: (i: number) => boolean): Coded {
  const kept = Array.from({ length: codes.rows }, (_, i) => i).filter(wanted);
  const [d, f] = [codes.columns, factors.names.length];
  const data = new Float32Array(kept.length * d);
  const values = new Int32Array(kept.length * f);
  kept.forEach((i, at) => {
    data.set(codes.data.subarray(i * d, (i + 1) * d), at * d);
    values.set(factors.values.subarray(i * f, (i + 1) * f), at * f);
  });
  return { codes: { rows: kept.length, columns: d, data }, factors: { ...factors, values } };
}

/** As many principal components of the raw numbers as the representation has dimensions. */
async function components(raw: Matrix, { codes, factors }: Coded, tick: Tick): Promise<Coded> {
  const k = Math.min(codes.columns, raw.columns);
  return { codes: project(raw, await leadingComponents(raw, k, { tick }), k), factors };
}

/** I(dimension; factor) / H(factor): 0 says nothing of it, 1 all. */
function shareOfEntropy(information: readonly (readonly number[])[], { sizes, values, names }: Factors): number[][] {
  const entropies = sizes.map((size, f) => {
    const counts = new Float64Array(size);
    for (let i = f; i < values.length; i += names.length) counts[values[i]!]!++;
    const n = values.length / names.length;
    return -counts.reduce((sum, count) => (count > 0 ? sum + (count / n) * Math.log(count / n) : sum), 0);
  });
  return information.map((row) => row.map((nats, f) => (entropies[f]! > 0 ? nats / entropies[f]! : 0)));
}

const matrixOf = (names: readonly string[], values: readonly (readonly number[])[]) => ({
  columns: ['dimension', ...names],
  rows: values.map((row, dimension) => [dimension, ...row]),
});
