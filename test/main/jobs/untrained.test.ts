import { expect, it } from 'vitest';
import { compileTrainStep, sgdMomentum, stream } from '#main/engine';
import type { Model } from '#main/jobs/model';
import { untrainedValues } from '#main/jobs/untrained';
import { batchNorm } from '#main/nn';

const [items, channels, batchSize] = [64, 3, 16];
/** Channel c of every item: c + noise, so that no batch has a mean of 0 or a variance of 1. */
const noise = stream(1).normal(items * channels);
const x = noise.map((value, at) => (at % channels) * 2 + 0.3 * value);

const system = {
  batchSize,
  program: () =>
    compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [batchSize, channels] } },
      objective(scope, { x: fed }) {
        scope.at('other').state('mean', [2]); // no running average, though it is called so
        const slow = batchNorm(scope.at('slow'), fed!);
        const fast = batchNorm(scope.at('fast'), fed!, { momentum: 0.5 });
        return { loss: slow.add(fast).square().mean() };
      },
      optimizer: sgdMomentum({ momentum: 0 }),
      device: 'cpu',
    }),
  feeds: (fed: Float32Array) => ({ x: fed }),
};
const model = {
  ...{ system, device: 'cpu', run: { seed: 3 }, manifest: { progress: {} } },
  items: {
    labels: new Int32Array(items),
    indices: () => Uint32Array.from({ length: items }, (_, i) => i),
    read: async (rows: Uint32Array) =>
      Float32Array.from(
        { length: rows.length * channels },
        (_, at) => x[rows[Math.floor(at / channels)]! * channels + (at % channels)]!,
      ),
  },
} as unknown as Model;

it('an untrained model is measured with the running averages of its data, whatever the momentum', async () => {
  const values = await untrainedValues(model);
  for (const layer of ['slow', 'fast'])
    for (let c = 0; c < channels; c++) {
      expect(values.get(`${layer}.mean`)!.data[c], layer).toBeCloseTo(2 * c, 0);
      expect(values.get(`${layer}.variance`)!.data[c], layer).toBeCloseTo(0.09, 1);
      expect(values.get(`${layer}.variance`)!.data[c]! - 0.09, layer).toBeLessThan(0.05);
      expect(values.get(`${layer}.gain`)!.data[c]).toBe(1);
    }
});
