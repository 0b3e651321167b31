/** What an evaluation sees, without a trained model: items, labels and heads that a test makes up. */
import { stream } from '#main/engine/random';
import { openApprentice } from '#main/jobs/apprentice';
import { type HeadOptions, headsOf } from '#main/recipes/head';
import type { EvaluationContext, Forward, System } from '#main/recipes/recipe';

export interface Made {
  /** [n, columns]; the first three fifths are for training, the next fifth for validation, the last for the test. */
  x: Float32Array;
  columns: number;
  labels: Int32Array;
  classes: number;
  factors?: { names: string[]; sizes: number[]; values: Int32Array };
  heads?: Record<string, HeadOptions>;
  system?: Partial<System>;
}

/** A head that takes items; what it gives is made up by the forwards. */
export const headOf = (columns: number): HeadOptions => ({
  title: 'The item itself',
  inputs: { x: { dtype: 'float32', shape: [columns] } },
  outputs: (_, { x }) => ({ embedding: x! }),
});

/** A forward whose head `embed` is this function of a row; other heads by name. */
export function forwardBy(
  embed: (row: Float32Array) => ArrayLike<number>,
  others: Record<string, (feeds: Parameters<Forward>[1], count: number) => Float32Array | Int32Array> = {},
): Forward {
  return async (head, feeds, count) => {
    if (head !== 'embed') return { [head === 'sample' ? 'y' : head]: others[head]!(feeds, count) };
    const x = feeds['x'] as Float32Array;
    const size = x.length / count;
    const rows = Array.from({ length: count }, (_, i) => Array.from(embed(x.subarray(i * size, (i + 1) * size))));
    return { embedding: Float32Array.from(rows.flat()) };
  };
}

export function contextOf(
  { x, columns, labels, classes, factors, heads = {}, system = {} }: Made,
  forward: Forward,
  forwardUntrained: Forward = forward,
): EvaluationContext {
  const n = labels.length;
  const ranges = {
    train: [0, 0.6 * n],
    validation: [0.6 * n, 0.8 * n],
    test: [0.8 * n, n],
  } as const;
  const unused = () => {
    throw new Error('no evaluation trains the system itself');
  };
  return {
    system: {
      config: {},
      ...{ batchSize: 50, steps: 1, validateEvery: 1 },
      heads: headsOf({ embed: headOf(columns), ...heads }),
      plan: { blocks: [], parameters: 0, parts: [], flopsPerItem: 0, bits: { input: 0, code: 0 } },
      ...{ program: unused, learningRate: unused, feeds: unused, validate: unused, preview: unused },
      ...system,
    },
    forward,
    forwardUntrained,
    async *batches(split) {
      const [from, to] = ranges[split];
      for (let at: number = from; at < to; at += 50) {
        const end = Math.min(at + 50, to);
        const indices = Uint32Array.from({ length: end - at }, (_, i) => at + i);
        yield { x: x.subarray(at * columns, end * columns), labels: labels.subarray(at, end), indices };
      }
    },
    count: (split) => ranges[split][1] - ranges[split][0],
    classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
    factors: () => factors,
    split: 'test',
    random: stream(7),
    train: (model) => openApprentice(model, { device: 'cpu', seed: 7, check: () => {} }),
    progress: () => {},
    check: () => {},
  };
}
