/** The smallest system that is a real one: a linear auto-encoder on 8 × 8 pictures, trained by the real engine. */
import { adamW, batchDim, compileForward, compileTrainStep, heNormal, type Scope, type Tensor } from '#main/engine';
import { imagesFor } from '#main/recipes/data-spec';
import { picturesOf, squaredDistance } from '#main/recipes/pictures';
import type { DataSpec, Head, Recipe, System } from '#main/recipes/recipe';

export interface LinearConfig {
  batchSize: number;
  steps: number;
  validateEvery: number;
  learningRate: number;
  width: number;
  /** Items of which a step fits into memory; with more at once it asks for hundreds of gigabytes. 0: all. */
  fits: number;
}
export const linearConfig: LinearConfig = {
  batchSize: 16,
  steps: 60,
  validateEvery: 20,
  learningRate: 0.01,
  width: 4,
  fits: 0,
};

const size = 64; // 8 × 8

/** x: [n, 64] → code [n, width] → y [n, 64]. Noise on x makes every step depend on its own random stream. */
function model(scope: Scope, x: Tensor, width: number): { code: Tensor; y: Tensor } {
  const code = x.matmul(scope.parameter('encoder', [size, width], heNormal));
  return { code, y: code.matmul(scope.parameter('decoder', [width, size], heNormal)) };
}

/** 0, by way of more numbers than any memory holds. x: [n, 64] → scalar */
const glut = (x: Tensor): Tensor => {
  const n = Number(x.shape[0]);
  const rows = x.stopGradient().reshape([n, 1, size]);
  return rows
    .broadcastTo([n, 2 ** 34, size])
    .mean()
    .scale(0);
};

function head(id: string, run: (scope: Scope, x: Tensor) => Record<string, Tensor>, outputs: Head['outputs']): Head {
  return {
    id,
    title: id,
    inputs: { x: { dtype: 'float32', shape: [1, 8, 8] } },
    outputs,
    program: (device) =>
      compileForward({
        inputs: { x: { dtype: 'float32', shape: [batchDim, 1, 8, 8] } },
        outputs: (scope, { x }) => run(scope, x!.reshape([-1, size])),
        device,
      }),
  };
}

function build(config: LinearConfig, spec: DataSpec): System {
  const data = imagesFor('linear', spec);
  const { batchSize, width } = config;
  const picture = { dtype: 'float32', shape: [1, 8, 8] } as const;
  return {
    config: { ...config },
    ...config,
    learningRate: () => config.learningRate,
    heads: {
      embed: head('embed', (scope, x) => ({ embedding: model(scope, x, width).code }), {
        embedding: { dtype: 'float32', shape: [width] },
      }),
      reconstruct: head('reconstruct', (scope, x) => ({ y: model(scope, x, width).y.reshape([-1, 1, 8, 8]) }), {
        y: picture,
      }),
    },
    plan: {
      blocks: [{ part: 'encoder', name: 'product', shape: [width], parameters: size * width }],
      parameters: 2 * size * width,
      parts: [],
      flopsPerItem: 12 * size * width,
      bits: { input: 8 * size, code: 32 * width },
    },
    program: (device, { microBatches = 1, ...tweaks } = {}) =>
      compileTrainStep({
        inputs: {
          x: { dtype: 'float32', shape: [batchSize / microBatches, 1, 8, 8] },
          noise: { dtype: 'float32', shape: [batchSize / microBatches, size] },
        },
        objective(scope, { x, noise }) {
          const clean = x!.reshape([-1, size]);
          const { y } = model(scope, clean.add(noise!.scale(0.01)), width);
          const error = y.sub(clean).square().mean();
          const loss = config.fits > 0 && batchSize / microBatches > config.fits ? error.add(glut(clean)) : error;
          return { loss, terms: { reconstruction: loss } };
        },
        optimizer: adamW({ weightDecay: 0 }),
        device,
        microBatches,
        ...tweaks,
      }),
    feeds: (x, random) => ({ x, noise: random.normal(x.length) }),
    async validate({ forward, batches }) {
      let [sum, n] = [0, 0];
      for await (const x of batches) {
        const count = x.length / size;
        sum += squaredDistance(x, (await forward('reconstruct', { x }, count))['y'] as Float32Array);
        n += x.length;
      }
      return { 'validation/loss': sum / n, 'validation/mse': sum / n };
    },
    async preview({ forward, x, count }) {
      const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
      return [
        { name: 'input', pictures: picturesOf(x, data) },
        { name: 'output', pictures: picturesOf(y, data) },
      ];
    },
    warnings: (figures) => ((figures['validation/mse'] ?? 0) > 1e-9 ? ['not perfect yet'] : []),
  };
}

/** The linear auto-encoder as a recipe; `change` puts something else in place of a part of its system. */
export const linearRecipe = (change: (system: System) => Partial<System> = () => ({})): Recipe => ({
  description: {
    id: 'linear',
    title: 'Linear auto-encoder',
    family: 'Tests',
    group: 'Tests',
    modalities: ['image'],
    paper: '–',
    summary: 'For tests',
    split: { input: 'x', target: 'x' },
    heads: ['embed', 'reconstruct'],
    evaluations: ['error'],
    explorers: [],
    fields: [],
    presets: { tiny: { ...linearConfig }, small: { ...linearConfig }, base: { ...linearConfig } },
    terms: [],
    twins: [],
    headline: { metric: 'validation/mse', better: 'less' },
  },
  configure: (_, changes) => ({ config: { ...linearConfig, ...changes }, issues: [] }),
  build(config, data) {
    const system = build({ ...linearConfig, ...config } as LinearConfig, data);
    return { ...system, ...change(system) };
  },
  evaluations: {
    async error(context) {
      let [n, own, untrained] = [0, 0, 0];
      for await (const { x, labels } of context.batches(context.split)) {
        const count = labels.length;
        own += squaredDistance(x, (await context.forward('reconstruct', { x }, count))['y'] as Float32Array);
        untrained += squaredDistance(
          x,
          (await context.forwardUntrained('reconstruct', { x }, count))['y'] as Float32Array,
        );
        n += count;
        context.progress(n, context.count(context.split));
        context.check();
      }
      return { n, figures: { mse: own / n / size, mse_untrained: untrained / n / size }, tables: {} };
    },
  },
});
