import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { generationEvaluation } from '#main/recipes/evaluations/generation';
import { contextOf, forwardBy, type Made } from './context';

const [n, columns] = [1500, 6];
/** A ring of six numbers: two classes, and numbers that only make sense together. */
function ring(count: number, seed: number): { x: Float32Array; labels: Int32Array } {
  const random = stream(seed);
  const angles = random.uniform(count);
  const noise = random.normal(count * columns);
  const x = Float32Array.from(noise, (value, at) => {
    const angle = 2 * Math.PI * angles[Math.floor(at / columns)]!;
    return Math.cos(angle + (at % columns)) + 0.05 * value;
  });
  return { x, labels: Int32Array.from(angles, (u) => (u < 0.5 ? 0 : 1)) };
}
const data = ring(n, 1);
const sample = {
  title: 'Made up',
  inputs: { z: { dtype: 'float32', shape: [1] } },
  outputs: (_: unknown, { z }: Record<string, never>) => ({ y: z! }),
  draw: (count: number) => ({ z: new Float32Array(count) }),
} as const;
const made: Made = { x: data.x, columns, labels: data.labels, classes: 2, heads: { sample } };
const sampler = (draw: (count: number) => Float32Array) =>
  forwardBy((row) => row, { sample: (_, count) => draw(count) });

it('fresh items of the same kind come as close as training items do, numbers drawn apart do not', async () => {
  const good = await generationEvaluation(
    contextOf(
      made,
      sampler((count) => ring(count, 2).x),
    ),
  );
  const { figures } = good;
  expect(figures['frechet_own_encoder']).toBeLessThan(2 * figures['frechet_own_encoder_train']! + 0.05);
  expect(figures['frechet_own_encoder']).toBeLessThan(0.2 * figures['frechet_own_encoder_pixels']!);
  expect(figures['nearest_train_distance']! / figures['nearest_train_distance_held_out']!).toBeCloseTo(1, 1);
  expect(figures['confidence']).toBeGreaterThan(figures['confidence_pixels']! + 0.02);
}, 60_000);

it('a sampler that hands out training items is found out by its distance to them', async () => {
  const { figures, tables } = await generationEvaluation(
    contextOf(
      made,
      sampler((count) => data.x.slice(0, count * columns)),
    ),
  );
  expect(figures['nearest_train_distance']!).toBeLessThan(0.2 * figures['nearest_train_distance_held_out']!);
  expect(tables['nearest']!.rows[0]![3]).toBe(0);
}, 60_000);

it('data without labels is judged by the middle of an auto-encoder', async () => {
  const unlabelled = { ...made, labels: new Int32Array(n).fill(-1), classes: 0 };
  const { figures } = await generationEvaluation(
    contextOf(
      unlabelled,
      sampler((count) => ring(count, 2).x),
    ),
  );
  expect('confidence' in figures).toBe(false);
  expect(figures['frechet_own_encoder']).toBeLessThan(0.2 * figures['frechet_own_encoder_pixels']!);
}, 60_000);

it('a recipe that draws no samples says so', async () => {
  const { heads: _, ...silent } = made;
  await expect(
    generationEvaluation(
      contextOf(
        silent,
        sampler(() => data.x),
      ),
    ),
  ).rejects.toThrow('draw samples from chance');
});
