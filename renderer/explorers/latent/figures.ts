/** The numbers of a space as rows of a table, and its figures for the head line. */
import type { LatentSpace } from '#app/records/latent';
import { type Codes, isUnused, weightsOf } from './codes';

/** Every dimension with what it spans and says, the head first. */
export function dimensionRows(space: LatentSpace, names: Record<string, string>, code: Codes): (string | number)[][] {
  const factors = space.factors?.names ?? [];
  return [
    [
      ...['dimension', 'name', 'value', 'mean', 'std', 'low', 'high', 'kl_nats', 'change'],
      ...factors.map((factor) => `information_${factor}`),
    ],
    ...Array.from({ length: space.size }, (_, j) => [
      ...[j, names[j] ?? '', code[j] ?? '', space.mean[j]!, space.std[j]!, space.low[j]!, space.high[j]!],
      ...[space.kl?.[j] ?? '', space.change[j]!],
      ...factors.map((_, f) => space.factors!.information[j * factors.length + f]!),
    ]),
  ];
}

export interface SpaceFigures {
  error: number;
  used: number;
  kl: number | undefined;
  mig: number | undefined;
  /** Share of the labelled items whose label is the most frequent one of their class. */
  purity: number | undefined;
}

export function spaceFigures(space: LatentSpace): SpaceFigures {
  const used = Array.from({ length: space.size }, (_, j) => j).filter((j) => !isUnused(space, j)).length;
  const { prototypes } = space;
  let [right, all] = [0, 0];
  prototypes?.counts.forEach((count, k) => {
    if (prototypes.majority[k]! < 0) return;
    right += count * prototypes.purity[k]!;
    all += count;
  });
  return {
    error: space.error,
    used,
    kl: space.kl?.reduce((sum, value) => sum + value, 0),
    mig: space.factors?.mig,
    purity: all > 0 ? right / all : undefined,
  };
}

/** How much of the bar beside a dimension is full: its share of the largest. */
export function weightShare(space: LatentSpace, dimension: number): number {
  const weights = weightsOf(space);
  const most = weights.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? weights[dimension]! / most : 0;
}

/** Codes as rows of a table. codes: [n, d] */
export function codeRows(codes: Codes, size: number, first: readonly string[]): (string | number)[][] {
  const head = ['code', ...Array.from({ length: size }, (_, j) => `z${j}`)];
  return [head, ...first.map((name, i) => [name, ...codes.subarray(i * size, (i + 1) * size)])];
}
