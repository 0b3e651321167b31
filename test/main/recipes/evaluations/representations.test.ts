import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { linear } from '#main/nn';
import { clusteringEvaluation } from '#main/recipes/evaluations/clustering';
import { fewLabelEvaluation } from '#main/recipes/evaluations/few-label';
import { geometryEvaluation } from '#main/recipes/evaluations/geometry';
import { contextOf, forwardBy, type Made } from './context';

const [n, columns, classes] = [1000, 40, 3];

/** Two numbers that tell three classes apart among many of loud noise. */
function hidden(): Made {
  const random = stream(5);
  const labels = Int32Array.from(random.integers(n, classes));
  const z = random.normal(n * columns);
  const x = Float32Array.from(z, (value, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    const angle = (2 * Math.PI * labels[i]!) / classes;
    return j > 1 ? 2 * value : 0.4 * value + 2 * (j === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  return { x, columns, labels, classes };
}
const made = hidden();
const informative = forwardBy((row) => row.subarray(0, 2));
const blind = forwardBy((row) => row.subarray(2, 4));

it('clusters of a good representation are the classes; those of the raw numbers and of a blind one are not', async () => {
  const { n: items, figures, tables } = await clusteringEvaluation(contextOf(made, informative, blind));
  expect(items).toBe(200);
  expect(figures['accuracy']).toBeGreaterThan(0.98);
  expect(figures['accuracy_low']).toBeLessThanOrEqual(figures['accuracy']!);
  expect(figures['accuracy_high']).toBeGreaterThanOrEqual(figures['accuracy']!);
  expect(figures['purity']).toBeGreaterThan(0.98);
  expect(figures['nmi']).toBeGreaterThan(0.9);
  expect(figures['codes_used']).toBe(3);
  for (const beside of ['accuracy_kmeans', 'accuracy_random_init']) expect(figures[beside], beside).toBeLessThan(0.6);
  expect(tables['clusters']!.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(200);
});

const oneCode = (choose: (row: Float32Array) => number): ReturnType<typeof forwardBy> =>
  forwardBy(() => [0], {
    codes: ({ x }, count) =>
      Int32Array.from({ length: count }, (_, i) =>
        choose((x as Float32Array).subarray(i * columns, (i + 1) * columns)),
      ),
  });
const coded: Made = {
  ...made,
  heads: {
    codes: {
      title: 'The one of five codes that an item has',
      inputs: { x: { dtype: 'float32', shape: [columns] } },
      outputs: (_, { x }) => ({ codes: x!.argMax(1) }),
    },
  },
  system: { inside: { codes: { head: 'codes', output: 'codes', size: 5 } } },
};

it('a model that gives each item one code is measured by its codes; one whose codes collapsed is found out', async () => {
  const sector = (row: Float32Array) => (Math.round((Math.atan2(row[1]!, row[0]!) / (2 * Math.PI)) * 3) + 3) % 3;
  const good = await clusteringEvaluation(
    contextOf(
      coded,
      oneCode(sector),
      oneCode(() => 4),
    ),
  );
  expect(good.figures).toMatchObject({ clusters: 5, codes_used: 3 });
  expect(good.figures['accuracy']).toBeGreaterThan(0.98);
  expect(good.figures['accuracy_random_init']).toBeCloseTo(good.figures['accuracy_chance']!, 9);
  const collapsed = await clusteringEvaluation(
    contextOf(
      coded,
      oneCode(() => 4),
    ),
  );
  expect(collapsed.figures['codes_used']).toBe(1);
  expect(collapsed.figures['nmi']).toBe(0);
  expect(collapsed.figures['accuracy']).toBeCloseTo(collapsed.figures['accuracy_chance']!, 9);
});

it('few labels suffice on a good representation, and the same encoder learns from them alone beside it', async () => {
  const encoder: NonNullable<Made['system']>['encoder'] = (scope, x) => linear(scope.at('encoder'), x, 8).relu();
  const { figures, tables } = await fewLabelEvaluation(contextOf({ ...made, system: { encoder } }, informative, blind));
  expect(tables['curve']!.rows.map(([labels]) => labels)).toEqual([50, 100, 600]); // the last budget: all there are
  expect(figures).toMatchObject({ n: 200, labels: 100, accuracy: figures['accuracy_100'] });
  expect(figures['accuracy_50']).toBeGreaterThan(0.97);
  expect(figures['accuracy_50']).toBeGreaterThan(figures['accuracy_raw_50']! + 0.03);
  expect(figures['accuracy_random_init_50']).toBeLessThan(0.5);
  expect(figures['accuracy_scratch_600']).toBeGreaterThan(figures['accuracy_scratch_50']!);
  expect(figures['accuracy_scratch_600']).toBeGreaterThan(0.8);
  expect(figures['accuracy_50_low']).toBeLessThanOrEqual(figures['accuracy_50']!);
}, 60_000);

it('a system without an encoder to train has no line of it', async () => {
  const context = contextOf(made, informative, blind);
  const { model: _, ...embed } = context.system.heads['embed']!;
  const { figures } = await fewLabelEvaluation({ ...context, system: { ...context.system, heads: { embed } } });
  expect(Object.keys(figures).filter((name) => name.includes('scratch'))).toEqual([]);
  expect(figures['accuracy']).toBeGreaterThan(0.97);
}, 60_000);

it('the geometry of a collapsed representation is a point; of two even numbers, two directions', async () => {
  const point = forwardBy((row) => [1 + 1e-4 * row[0]!, 1, 1]);
  const even = forwardBy((row) => [row[2]!, row[3]!]);
  const { figures } = await geometryEvaluation(contextOf(made, even, point));
  expect(figures['spread']).toBeGreaterThan(0.9);
  expect(figures['effective_rank']).toBeGreaterThan(1.9);
  expect(Math.abs(figures['mean_cosine']!)).toBeLessThan(0.1);
  expect(figures['spread_random_init']).toBeLessThan(0.001);
  expect(figures['mean_cosine_random_init']).toBeGreaterThan(0.999);
  expect(figures['uniformity']).toBeLessThan(figures['uniformity_random_init']!);
  expect('alignment' in figures).toBe(false);
});

it('two views of an item come closer in a representation that ignores what differs between them', async () => {
  const views: NonNullable<Made['system']>['views'] = (x, random) => {
    const noise = random.normal(x.length);
    return [x, Float32Array.from(x, (value, at) => (at % columns > 1 ? noise[at]! : value))];
  };
  const { figures } = await geometryEvaluation(contextOf({ ...made, system: { views } }, informative, blind));
  expect(figures['alignment']).toBeLessThan(1e-9);
  expect(figures['alignment_random_init']).toBeGreaterThan(1);
});
