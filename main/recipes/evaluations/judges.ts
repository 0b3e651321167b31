/** Who judges samples, and the plain sampler beside them: small models that the evaluation trains for itself. */
import { compileTrainStep } from '#main/engine/compile';
import { squaredError } from '#main/engine/functions/losses';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { type Labelled, type Matrix, pca, type Tick } from '#main/evaluation';
import { linear } from '#main/nn';
import { headsOf } from '../head';
import type { Apprentice, EvaluationContext, System } from '../recipe';
import { itemsAt } from './features';
import { classifier, itemShape, plainEncoder, teach } from './supervised';

const judgeSteps = 400;
const autoencoderSteps = 1000;
const batchSize = 64;
/** Numbers in the middle of the plain auto-encoder. */
const bottleneck = 16;

/** Things to look at, and what the figures of them are called behind the usual name. */
export interface Sampled {
  name: string;
  items: Matrix;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const matrixOf = (data: Float32Array, rows: number): Matrix => ({ rows, columns: data.length / rows, data });

export interface Judge {
  /** Features of items, and how sure it is of their classes on average, where it was taught any. */
  look(items: Matrix): Promise<{ features: Matrix; confidence?: number }>;
  close(): Promise<void>;
}

/** A classifier where there are labels; an auto-encoder's middle where there are none. The seed of the run makes it. */
export async function judgeOf(context: EvaluationContext, train: Labelled, tick: Tick): Promise<Judge> {
  const known = Array.from(train.labels.keys()).filter((i) => train.labels[i]! >= 0);
  if (context.classes.length < 2 || known.length < 2 * batchSize) return unlabelledJudge(context, train.features, tick);
  const shape = itemShape(context);
  const model = classifier({ shape, classes: context.classes.length, encoder: plainEncoder, batchSize });
  const apprentice = await context.train(model);
  const labelled = {
    features: matrixOf(itemsAt(train.features.data, train.labels.length, known), known.length),
    labels: Int32Array.from(known, (i) => train.labels[i]!),
  };
  const lessons = {
    train: labelled,
    steps: judgeSteps,
    batchSize,
    learningRate: 2e-3,
    random: context.random.split('judge'),
  };
  for (let step = 1; step <= judgeSteps; step++) {
    await tick(step, judgeSteps);
    await teach(apprentice, lessons, step);
  }
  return {
    async look({ rows, data }) {
      const { features, probabilities } = await apprentice.forward('judge', { x: data }, rows);
      const classes = probabilities!.length / rows;
      const sure = Float64Array.from({ length: rows }, (_, i) =>
        Math.max(...probabilities!.subarray(i * classes, (i + 1) * classes)),
      );
      return { features: matrixOf(Float32Array.from(features!), rows), confidence: mean(sure) };
    },
    close: () => apprentice.close(),
  };
}

async function unlabelledJudge(context: EvaluationContext, train: Matrix, tick: Tick): Promise<Judge> {
  const apprentice = await context.train(plainAutoencoder(itemShape(context)));
  await trainPlain(apprentice, train, context.random.split('judge'), tick);
  return {
    async look({ rows, data }) {
      const { code } = await apprentice.forward('code', { x: data }, rows);
      return { features: matrixOf(Float32Array.from(code!), rows) };
    },
    close: () => apprentice.close(),
  };
}

/** Two layers to each side of 16 numbers: what a sampler that was not made for sampling comes to. */
function plainAutoencoder(shape: readonly number[]): Pick<System, 'heads' | 'batchSize' | 'program'> {
  const encode = (scope: Scope, x: Tensor) =>
    linear(scope.at('code'), plainEncoder(scope.at('encoder'), x), bottleneck, { gain: 'linear' });
  const decode = (scope: Scope, code: Tensor) => {
    const hidden = linear(scope.at('hidden'), code, 256).relu();
    const y = linear(
      scope.at('item'),
      hidden,
      shape.reduce((size, dim) => size * dim, 1),
      { gain: 'linear' },
    );
    return y.reshape([y.shape[0]!, ...shape]);
  };
  const x = { dtype: 'float32', shape } as const;
  return {
    batchSize,
    heads: headsOf({
      code: {
        title: 'The numbers in the middle',
        inputs: { x },
        outputs: (scope, fed) => ({ code: encode(scope, fed['x']!) }),
      },
      decode: {
        title: 'The item drawn from a code',
        inputs: { code: { dtype: 'float32', shape: [bottleneck] } },
        outputs: (scope, { code }) => ({ y: decode(scope, code!) }),
      },
    }),
    program: (device) =>
      compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [batchSize, ...shape] } },
        objective: (scope, fed) => ({ loss: squaredError(decode(scope, encode(scope, fed['x']!)), fed['x']!) }),
        optimizer: adamW({ weightDecay: 0 }),
        device,
      }),
  };
}

async function trainPlain(apprentice: Apprentice, { rows, columns, data }: Matrix, random: Stream, tick: Tick) {
  for (let step = 1; step <= autoencoderSteps; step++) {
    await tick(step, autoencoderSteps);
    const chosen = Array.from(random.split(step).integers(batchSize, rows));
    const x = itemsAt(data.subarray(0, rows * columns), rows, chosen);
    await apprentice.step({ x }, 2e-3 * (1 - step / (autoencoderSteps + 1)));
  }
}

/** A plain auto-encoder sampled from a normal distribution fitted to its codes, and from N(0, 1) as a VAE is. */
export async function plainSamplers(
  context: EvaluationContext,
  train: Matrix,
  sampleCount: number,
  tick: Tick,
): Promise<Sampled[]> {
  const apprentice = await context.train(plainAutoencoder(itemShape(context)));
  try {
    const random = context.random.split('plain');
    await trainPlain(apprentice, train, random, tick);
    const { code } = await apprentice.forward('code', { x: train.data }, train.rows);
    const { mean: centre, variances, components } = pca(matrixOf(Float32Array.from(code!), train.rows));
    const z = random.split('z').normal(sampleCount * bottleneck);
    const fitted = Float32Array.from(z, (_, at) => {
      const [row, j] = [Math.floor(at / bottleneck), at % bottleneck];
      let value = centre[j]!;
      for (let c = 0; c < bottleneck; c++)
        value += Math.sqrt(variances[c]!) * z[row * bottleneck + c]! * components[c * bottleneck + j]!;
      return value;
    });
    const drawn = async (codes: Float32Array) =>
      matrixOf(
        Float32Array.from((await apprentice.forward('decode', { code: codes }, sampleCount))['y']!),
        sampleCount,
      );
    return [
      { name: '_autoencoder', items: await drawn(fitted) },
      { name: '_autoencoder_normal', items: await drawn(z) },
    ];
  } finally {
    await apprentice.close();
  }
}
