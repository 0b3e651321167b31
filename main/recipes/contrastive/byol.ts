/** BYOL: one view predicts what a slow copy of the network makes of the other. Nothing is pushed away, and yet it stands. */
import { z } from 'zod';
import { cosineSimilarity } from '#main/engine/functions/losses';
import { teacherDecayAt } from '#main/engine/schedules';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { unitRows } from '#main/evaluation/geometry';
import { type Mark, unmarked } from '../blueprint';
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { ofRepresentations } from '../evaluations';
import { about } from '../fields';
import type { Feed } from '../recipe';
import { trainingFields } from '../training';
import { networkFields } from './network-settings';
import { headOf, spreadOf } from './networks';
import { fashion, photos, short } from './presets';
import { viewFields } from './view-settings';
import { type Comparison, type ViewNetwork, viewSystem } from './view-system';

const secondView = (label: string, value: number, reason: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(value)
    .register(about, { label, unit: 'chance', group: 'Views', suggestions: [0, 0.1, 0.2, 0.5, 1], reason });

export const byolSchema = z.object({
  ...networkFields({
    width: 4096,
    out: 256,
    paper: [4096, 256],
    reason: 'The paper’s, of projection head and predictor both.',
  }),
  predictor: z.boolean().default(true).register(about, {
    label: 'Predictor',
    group: 'Model',
    reason: 'Only one side has it. Without it the shortest way to agree is to say the same of everything.',
  }),
  ...viewFields(),
  blurSecond: secondView(
    'Blur of the second view',
    0,
    'The paper has 1 and 0.1; pictures of 32 × 32 are blurred enough.',
  ),
  solariseSecond: secondView(
    'Solarise the second view',
    0.2,
    'The paper’s 0.2, so that both views have colours of their own.',
  ),
  target: z
    .enum(['average', 'online'])
    .default('average')
    .register(about, {
      label: 'Target',
      group: 'Objective',
      choices: { average: 'Running average of the network', online: 'The network itself' },
      paper: 'average',
      reason: 'A target that moves slowly is one that can be learnt. The paper’s own ablation without it collapses.',
    }),
  targetDecay: z
    .number()
    .min(0)
    .max(1)
    .default(0.996)
    .register(about, {
      label: 'Target keeps at first',
      symbol: 'τ',
      group: 'Objective',
      suggestions: [0.9, 0.97, 0.99, 0.996],
      when: { path: 'target', is: 'average' },
      paper: 0.996,
      reason:
        '0.996 for 1,000 epochs, 0.99 for 100 and 300, 0.97 for 40 (released settings): the shorter the run, the lower, or the target stays what it was by chance. It climbs to 1.',
    }),
  stopGradient: z
    .boolean()
    .default(true)
    .register(about, {
      label: 'Stop-gradient',
      group: 'Objective',
      when: { path: 'target', is: 'online' },
      reason:
        'The running average has no gradient anyway. Where target and network are one, both would run to each other.',
    }),
  ...trainingFields({
    batchSize: { default: 512, paper: 4096, reason: 'SimCLR’s for 32 × 32; the paper lost little down to 256.' },
    steps: {
      default: 97_656,
      reason: 'A thousand passes over 50,000 pictures, as the paper’s thousand over ImageNet.',
    },
    learningRate: {
      default: 0.4,
      paper: 3.2,
      reason: 'The paper’s 0.2 · batch / 256, for LARS. For AdamW: 1e-3 to 3e-3.',
    },
  }),
});
export type ByolConfig = z.output<typeof byolSchema>;
type Network = ViewNetwork<ByolConfig>;

/** z: [N, d] → q(z): [N, d] */
function predict(network: Network, scope: Scope, z: Tensor, mark: Mark = unmarked): Tensor {
  const { predictor } = network.config;
  return predictor ? headOf(scope.at('predictor'), z, network.config, 'predictor', mark) : z;
}

/** What q(z) is to be like: z′ of the slow network, or of the network itself. view: [N, C, H, W] → [N, d] */
function targetOf(network: Network, scope: Scope, view: Tensor, z: Tensor, decay: number | Tensor): Tensor {
  const { target, stopGradient } = network.config;
  if (target === 'online') return stopGradient ? z.stopGradient() : z;
  const slow = scope.at('target').teaching(scope, decay);
  return network.project(slow, network.encode(slow, view)).stopGradient();
}

/** 2 − 2 cos, by rows in float64. q, z: [count, d] */
function distance(q: Feed, z: Feed, count: number): number {
  const matrix = (data: Feed) => ({ rows: count, columns: data.length / count, data: data as Float32Array });
  const [a, b] = [unitRows(matrix(q)), unitRows(matrix(z))];
  return 2 - (2 * a.reduce((sum, value, at) => sum + value * b[at]!, 0)) / count;
}

const comparison = (config: ByolConfig): Comparison<ByolConfig> => ({
  who: 'byol',
  second: { ...config, blur: config.blurSecond, solarise: config.solariseSecond },
  ...(config.target === 'average' && {
    scalars: { decay: (step: number) => teacherDecayAt({ base: config.targetDecay, steps: config.steps }, step) },
  }),
  // L = ‖q̄(z_θ) − z̄′_ξ‖² = 2 − 2 cos(q(z_θ), z′_ξ), and the same with the views changed; their sum (section 3.1)
  objective(network, scope, views, { decay }) {
    const z = network.project(scope, network.encode(scope, views)); // [2N, d]
    const [first, second] = targetOf(network, scope, views, z, decay ?? 0).split(2, 0); // [N, d] each
    const cosines = cosineSimilarity(predict(network, scope, z), second!.concat([first!])); // [2N]
    const loss = cosines.mean().scale(-4).plus(4);
    return { loss, terms: { distance: loss, spread: spreadOf(z) } };
  },
  outputs(network, scope, view) {
    const z = network.project(scope, network.encode(scope, view));
    return { z, q: predict(network, scope, z), target: targetOf(network, scope, view, z, 0) };
  },
  loss: (first, second, count) =>
    distance(first['q']!, second['target']!, count) + distance(second['q']!, first['target']!, count),
  beyond: predict,
});

export const byol = defineRecipe({
  id: 'byol',
  title: 'BYOL',
  family: 'Contrastive learning',
  group: 'Beyond text: contrastive learning',
  modalities: ['image'],
  paper: 'Grill et al. 2020, arXiv:2006.07733',
  summary: 'Predicts from one view of a picture what a slowly following copy of the network makes of another view.',
  split: { input: 'one view of a picture', target: 'what the slow copy of the network makes of another view of it' },
  heads: ['embed', 'project'],
  explorers: [],
  headline: { metric: 'validation/match_accuracy', better: 'more' },
  terms: [
    {
      name: 'distance',
      formula: '2 − 2 cos(q(z_θ), z′_ξ), both ways',
      meaning:
        'How far the prediction is from the slow network’s view. The lowest of all is collapse: watch the spread.',
    },
  ],
  twins: [
    {
      id: 'no-predictor',
      title: 'No predictor, and the target is the network itself',
      set: { predictor: false, target: 'online' },
      expect: 'The loss falls to nothing within some dozen steps, and all pictures have become one.',
    },
    {
      id: 'no-stop-gradient',
      title: 'No stop-gradient: both sides run to each other',
      set: { target: 'online', stopGradient: false },
      expect: 'The same collapse, predictor or not.',
    },
  ],
  schema: byolSchema,
  presets: {
    tiny: { ...fashion, ...short, headWidth: 128, projection: 64, solariseSecond: 0 },
    small: { ...photos, ...short, headWidth: 128, projection: 64 },
    base: { optimizer: 'lars', weightDecay: 1.5e-6, warmup: 977 },
  },
  build: (config, data) => viewSystem(config, imagesFor('byol', data), comparison(config)),
  evaluations: ofRepresentations,
});
