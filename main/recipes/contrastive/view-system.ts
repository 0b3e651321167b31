/** What SimCLR and BYOL have in common: two views of each item are made, encoded, compared, measured and shown. */
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import { compileTrainStep, type Objective } from '#main/engine/compile';
import { type Stream, stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { blueprint, type Mark, unmarked } from '../blueprint';
import { headsOf } from '../head';
import { type OptimizerConfig, optimizerOf } from '../optimizers';
import type { Feed, Feeds, Forward, ImageSpec, System } from '../recipe';
import { expectEnough, type TrainingConfig, trainingOf } from '../training';
import { rowsOf, viewFigures } from './figures';
import { type EncoderConfig, encode, featuresOf, type HeadConfig, halvingsOf, headOf, shrunk } from './networks';
import { previewRows } from './preview';
import { type Augmentation, augmented, enlarged, pooled } from './views/augment';
import type { Layout } from './views/crop';

export interface ViewConfig extends Augmentation, EncoderConfig, HeadConfig, TrainingConfig, OptimizerConfig {
  pool: number;
  embedding: 'h' | 'z';
}

/** What one system adds to it. */
export interface Comparison<C extends ViewConfig> {
  /** The recipe, for errors. */
  who: string;
  /** How the second view is made, where it differs from the first. */
  second?: Augmentation;
  /** Fed at each step beside the views. */
  scalars?: Readonly<Record<string, (step: number) => number>>;
  /** views: [2N, C, H, W], the first views of all items, then the second ones. */
  objective(network: ViewNetwork<C>, scope: Scope, views: Tensor, scalars: Record<string, Tensor>): Objective;
  /** Everything of one view that validation compares, the projection z first. view: [n, C, H, W] */
  outputs(network: ViewNetwork<C>, scope: Scope, view: Tensor): { z: Tensor } & Record<string, Tensor>;
  /** `validation/loss` of a batch from these. */
  loss(first: Record<string, Feed>, second: Record<string, Feed>, count: number): number;
  /** Blocks that come after the projection, for the plan. */
  beyond?(network: ViewNetwork<C>, scope: Scope, z: Tensor, mark: Mark): Tensor;
}

/** Encoder and projection head. Letters as in networks.ts. */
export class ViewNetwork<C extends ViewConfig = ViewConfig> {
  readonly config: C;
  readonly data: ImageSpec;
  /** Of a view: the picture's own, or smaller. */
  readonly layout: Layout;

  constructor(config: C, data: ImageSpec) {
    this.config = config;
    this.data = data;
    const { channels, height, width } = data;
    this.layout = { channels, height: height / config.pool, width: width / config.pool };
  }

  /** view: [N, C, H, W] → h: [N, D] */
  encode(scope: Scope, view: Tensor, mark: Mark = unmarked): Tensor {
    return encode(scope.at('encoder'), view, this.config, mark);
  }

  /** h: [N, D] → z: [N, d] */
  project(scope: Scope, h: Tensor, mark: Mark = unmarked): Tensor {
    return headOf(scope.at('head'), h, this.config, 'head', mark);
  }

  get viewShape(): number[] {
    return [this.layout.channels, this.layout.height, this.layout.width];
  }
}

/** Validation compares at most so many items with one another, which grows with their square. */
const validationItems = 512;
/** Validation draws its views from here: the same ones each time and in every run, so that curves compare. */
const validationSeed = 1;

export function viewSystem<C extends ViewConfig>(config: C, data: ImageSpec, comparison: Comparison<C>): System {
  expectFits(comparison.who, config, data);
  expectEnough(comparison.who, config, data);
  const network = new ViewNetwork(config, data);
  const scalars = Object.entries(comparison.scalars ?? {});
  return {
    config: config as unknown as Config,
    ...trainingOf(config),
    divisible: false,
    heads: headsFor(network, comparison),
    get plan() {
      return planOf(network, comparison, this.program('cpu').flops);
    },
    program(device, { microBatches = 1, ...tweaks } = {}) {
      const view = { dtype: 'float32', shape: [config.batchSize / microBatches, ...network.viewShape] } as const;
      return compileTrainStep({
        inputs: {
          first: view,
          second: view,
          ...Object.fromEntries(scalars.map(([name]) => [name, { dtype: 'float32' as const, shape: [] }])),
        },
        objective: (scope, { first, second, ...rest }) =>
          comparison.objective(network, scope, first!.concat([second!]), rest),
        optimizer: optimizerOf(config),
        device,
        microBatches,
        ...tweaks,
      });
    },
    feeds(x, random, step) {
      const [first, second] = viewsOf(network, comparison, x, random);
      const fed = scalars.map(([name, at]) => [name, Float32Array.of(at(step))]);
      return { first, second, ...Object.fromEntries(fed) } as Feeds;
    },
    // Collapse shows in what the loss compares: h comes out of a ReLU, and is never spread evenly.
    inside: { features: { head: 'project', output: 'projection' } },
    validate: (context) => validate(network, comparison, context),
    async preview({ forward, x, count, random }) {
      const [first, second] = viewsOf(network, comparison, x, random);
      const project = async (view: Float32Array) => (await forward('measure', { view }, count))['z'] as Float32Array;
      return previewRows({ first, second, z: [await project(first), await project(second)], count }, network.layout);
    },
    views: (x, random) => {
      const views = viewsOf(network, comparison, x, random);
      return [enlarged(views[0], network.layout, config.pool), enlarged(views[1], network.layout, config.pool)];
    },
    warnings,
  };
}

/** Both views of each picture. x: [n, C, H, W] in full size */
function viewsOf<C extends ViewConfig>(
  { config, data, layout }: ViewNetwork<C>,
  { second = config }: Comparison<C>,
  x: Float32Array,
  random: Stream,
): [Float32Array, Float32Array] {
  const small = pooled(x, data, config.pool);
  return [
    augmented(small, layout, config, random.split('first view')),
    augmented(small, layout, second, random.split('second view')),
  ];
}

function headsFor<C extends ViewConfig>(network: ViewNetwork<C>, comparison: Comparison<C>): System['heads'] {
  const { data, config } = network;
  const picture = { x: { dtype: 'float32', shape: [data.channels, data.height, data.width] } } as const;
  const h = (scope: Scope, x: Tensor) => network.encode(scope, shrunk(x, config.pool));
  const z = (scope: Scope, x: Tensor) => network.project(scope, h(scope, x));
  return headsOf({
    embed: {
      title: config.embedding === 'h' ? 'The representation h, before the head' : 'The projection z, after the head',
      inputs: picture,
      outputs: (scope, { x }) => ({ embedding: (config.embedding === 'h' ? h : z)(scope, x!) }),
    },
    project: {
      title: 'The projection z, which the loss compares and which is thrown away',
      inputs: picture,
      outputs: (scope, { x }) => ({ projection: z(scope, x!) }),
    },
    measure: {
      title: 'All that validation needs of a view, in one pass',
      inputs: { view: { dtype: 'float32', shape: network.viewShape } },
      outputs: (scope, { view }) => comparison.outputs(network, scope, view!),
    },
  });
}

function planOf<C extends ViewConfig>(
  network: ViewNetwork<C>,
  { beyond }: Comparison<C>,
  flops: number,
): System['plan'] {
  const { config, data } = network;
  const traced = blueprint(network.viewShape, (scope, x, mark) => {
    const z = network.project(scope, network.encode(scope, x, mark), mark);
    return beyond ? beyond(network, scope, z, mark) : z;
  });
  const numbers = config.embedding === 'h' ? featuresOf(config) : config.projection;
  return {
    ...traced,
    flopsPerItem: flops / config.batchSize,
    bits: { input: 8 * data.channels * data.height * data.width, code: 32 * numbers },
  };
}

async function validate<C extends ViewConfig>(
  network: ViewNetwork<C>,
  comparison: Comparison<C>,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = network.data.channels * network.data.height * network.data.width;
  const random = stream(validationSeed).split('views');
  const sides: { z: Float32Array; count: number }[][] = [[], []];
  const losses: { value: number; count: number }[] = [];
  let seen = 0;
  for await (const x of batches) {
    const count = Math.min(x.length / size, validationItems - seen);
    const views = viewsOf(network, comparison, x.subarray(0, count * size), random.split(seen));
    const outputs = [];
    for (const view of views) outputs.push(await forward('measure', { view }, count));
    losses.push({ value: comparison.loss(outputs[0]!, outputs[1]!, count), count });
    outputs.forEach(({ z }, side) => {
      sides[side]!.push({ z: z as Float32Array, count });
    });
    seen += count;
    if (seen >= validationItems) break;
  }
  // A loss that compares items is one of batches of one size: a shorter last one is left out.
  const whole = losses.filter(({ count }) => count === losses[0]!.count);
  const [first, second] = sides.map((parts) => matrixOf(parts, network.config.projection));
  return {
    'validation/loss': whole.reduce((sum, { value }) => sum + value / whole.length, 0),
    ...viewFigures({ first: first!, second: second! }),
  };
}

function matrixOf(parts: readonly { z: Float32Array; count: number }[], columns: number) {
  const rows = parts.reduce((sum, { count }) => sum + count, 0);
  const data = new Float32Array(rows * columns);
  let at = 0;
  for (const { z } of parts) {
    data.set(z, at);
    at += z.length;
  }
  return rowsOf({ rows, columns, data }, 0, rows);
}

/** Measured on Fashion-MNIST: 0.8 where it learns, 0.02 where all items have become one (docs/results.md). */
const collapsedSpread = 0.3;

function warnings(figures: Record<string, number>): string[] {
  const spread = figures['validation/spread'] ?? 1;
  if (spread >= collapsedSpread) return [];
  return [
    `The representation collapses: items spread over ${Math.round(100 * spread)} % of what they could. A low loss means nothing then; bring back the predictor, the slow target or the batch norm, or lower the learning rate.`,
  ];
}

/** Throws unless the picture divides by the blocks, and something is left of it after the stages. */
function expectFits(who: string, config: ViewConfig, { height, width }: ImageSpec): void {
  const { pool } = config;
  if (height % pool !== 0 || width % pool !== 0)
    throw new PretextError(`${who}: height and width must be multiples of pool = ${pool}, got ${height} × ${width}`, {
      advice: 'Set pool to 1.',
    });
  const least = 2 ** halvingsOf(config);
  const side = Math.min(height, width) / pool;
  if (side < least)
    throw new PretextError(
      `${who}: ${config.stages} stages halve the sides ${halvingsOf(config)} times, so a view must be at least ${least} pixels wide and high, got ${side}`,
      { advice: 'Set stages or pool lower, or import the pictures at a larger size.' },
    );
}
