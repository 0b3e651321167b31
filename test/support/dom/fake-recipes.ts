/** Recipes as the window sees them, for component tests and the dev page. */
import type { Config, Field, Plan, RecipeDescription } from '#app/records/recipe';

const field = (
  path: string,
  label: string,
  group: Field['group'],
  value: number,
  more: Partial<Field> = {},
): Field => ({
  path,
  label,
  group,
  kind: 'integer',
  default: value,
  presets: { tiny: value, small: value, base: value },
  reason: 'van den Oord et al. 2017, section 4',
  ...more,
});

const training: Field[] = [
  field('batchSize', 'Batch size', 'Training', 64, {
    unit: 'items',
    min: 1,
    max: 1024,
    suggestions: [32, 64, 128],
    reason: 'fits 1 GB of memory',
  }),
  field('learningRate', 'Learning rate', 'Training', 2e-3, {
    kind: 'number',
    min: 1e-6,
    max: 1,
    scale: 'log',
    reason: 'largest rate that never diverged in ten seeds',
  }),
];
const presetsOf = (fields: Field[]) => {
  const one = Object.fromEntries(fields.map(({ path, default: value }) => [path, value]));
  return { tiny: one, small: one, base: one };
};

const vqFields: Field[] = [
  field('codebookSize', 'Codebook size', 'Model', 128, {
    symbol: 'K',
    unit: 'codes',
    min: 2,
    max: 8192,
    suggestions: [64, 128, 512],
  }),
  field('codeLength', 'Code length', 'Model', 16, { symbol: 'D', min: 1, max: 512 }),
  field('commitment', 'Commitment weight', 'Objective', 0.25, {
    kind: 'number',
    symbol: 'β',
    min: 0,
    max: 10,
    suggestions: [0.1, 0.25, 1],
  }),
  field('restartUnused', 'Restart unused codes', 'Objective', 0, {
    kind: 'boolean',
    default: true,
    presets: { tiny: true, small: true, base: true },
    reason: 'without it a third of the codes die (Dhariwal et al. 2020)',
  }),
  field('update', 'Codebook update', 'Objective', 0, {
    kind: 'choice',
    default: 'gradient',
    presets: { tiny: 'gradient', small: 'gradient', base: 'gradient' },
    choices: [
      { value: 'gradient', label: 'Gradient' },
      { value: 'average', label: 'Moving average' },
    ],
  }),
  ...training,
];
const aeFields: Field[] = [
  field('latentSize', 'Latent size', 'Model', 32, { symbol: 'd', min: 1, max: 1024 }),
  ...training,
];

export const recipeRecords = (): RecipeDescription[] => [
  {
    id: 'vq-vae',
    title: 'VQ-VAE',
    family: 'auto-encoders',
    group: 'Discrete latents',
    modalities: ['image'],
    paper: 'van den Oord et al. 2017, arXiv:1711.00937',
    summary: 'Each patch becomes the nearest of K learned codes; the codes alone must rebuild the picture.',
    split: { input: 'the picture', target: 'the same picture, through a codebook' },
    heads: ['reconstruct', 'codes', 'decode', 'embed'],
    evaluations: ['linear-probe', 'knn', 'reconstruction', 'codebook'],
    explorers: ['codebook'],
    fields: vqFields,
    presets: presetsOf(vqFields),
    terms: [
      { name: 'reconstruction', formula: '‖x − x̂‖²', meaning: 'the picture must come back' },
      { name: 'commitment', formula: 'β‖z − sg(e)‖²', meaning: 'the encoder keeps to its codes' },
    ],
    twins: [
      {
        id: 'no-restart',
        title: 'Without restarts',
        set: { restartUnused: false },
        expect: 'a third of the codes is never used',
      },
    ],
    headline: { metric: 'validation/mse', better: 'less' },
  },
  {
    id: 'autoencoder',
    title: 'Auto-encoder',
    family: 'auto-encoders',
    group: 'Auto-encoders',
    modalities: ['image'],
    paper: 'Hinton & Salakhutdinov 2006',
    summary: 'Squeeze a picture through a few numbers and bring it back.',
    split: { input: 'the picture', target: 'the same picture' },
    heads: ['reconstruct', 'embed', 'decode', 'sample'],
    evaluations: ['linear-probe', 'knn', 'reconstruction'],
    explorers: ['latent', 'generator'],
    fields: aeFields,
    presets: presetsOf(aeFields),
    terms: [{ name: 'reconstruction', formula: '‖x − x̂‖²', meaning: 'the picture must come back' }],
    twins: [],
    headline: { metric: 'validation/mse', better: 'less' },
  },
];

export function planRecord(recipe: string, config: Config, trainCount: number, steps?: number, epochs?: number): Plan {
  const batch = Number(config['batchSize'] ?? 64);
  const total = steps ?? (epochs ? Math.ceil((epochs * trainCount) / batch) : recipe === 'vq-vae' ? 24_000 : 6000);
  return {
    config,
    issues: [],
    blocks: [
      { part: 'encoder', name: 'conv 4 × 4 / 2', shape: [32, 14, 14], parameters: 544 },
      { part: 'encoder', name: 'conv 4 × 4 / 2', shape: [64, 7, 7], parameters: 32_832 },
      { part: 'codebook', name: 'nearest code', shape: [16, 7, 7], parameters: 2048 },
      { part: 'decoder', name: 'deconv 4 × 4 / 2', shape: [32, 14, 14], parameters: 32_800 },
      { part: 'decoder', name: 'deconv 4 × 4 / 2', shape: [1, 28, 28], parameters: 513 },
    ],
    parameters: 618_241,
    parts: [
      { name: 'encoder', parameters: 301_000 },
      { name: 'codebook', parameters: 2048 },
      { name: 'decoder', parameters: 315_193 },
    ],
    flopsPerItem: 4.1e7,
    steps: total,
    epochs: (total * batch) / trainCount,
    bits: { input: 6272, code: 343 },
    estimates: [
      { device: 'cpu', label: '8 threads', seconds: total * 0.0188, memoryBytes: 0.9e9 },
      { device: 'webgpu', label: 'WebGPU', unavailable: 'no graphics adapter was found' },
    ],
    notes: [],
  };
}

/** Networks that were trained elsewhere; described when asked for, not among those that can be started. */
export const importedRecipe = (): RecipeDescription => ({
  ...recipeRecords()[0]!,
  ...{ id: 'onnx-model', title: 'ONNX model', imported: true, explorers: [], terms: [], twins: [], heads: ['embed'] },
  fields: [
    field('range', 'Range', 'Model', 0, {
      kind: 'choice',
      choices: [
        { value: 'unit', label: '0 to 1' },
        { value: 'byte', label: '0 to 255' },
      ],
    }),
  ],
  presets: { tiny: { range: 'unit' }, small: { range: 'unit' }, base: { range: 'unit' } },
});
