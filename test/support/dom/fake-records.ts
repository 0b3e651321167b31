/** Records for component tests and the dev page: generated, and as a real project would hold them. */
import type { ImageDataset, Item, Problem, Sample } from '#app/records/dataset';
import type { Job } from '#app/records/job';
import type { Doctor, Project } from '#app/records/project';
import type { Checkpoint, Run } from '#app/records/run';
import { randomOf } from './digits';

/** The clock of every generated record; tests pass their own. */
export const t0 = Date.UTC(2026, 10, 24, 14, 6, 58);
const minute = 60_000;
const hash = (seed: number) => {
  const random = randomOf(seed);
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
};

export const projectRecord = (directory: string, name: string): Project => ({
  directory,
  name,
  sample: false,
  note: '',
  createdAt: t0 - 9e8,
  space: { checkpoints: 1.41e9, data: 0.55e9, other: 0.035e9 },
});

export function datasetRecord(id: string, name: string, more: Partial<ImageDataset> = {}): ImageDataset {
  const count = more.count ?? 12_000;
  const validation = Math.round(count / 6);
  return {
    id,
    name,
    version: 1,
    modality: 'image',
    format: 'folder',
    sources: [`/home/ada/data/${name}`],
    count,
    image: { height: 28, width: 28, channels: 1 },
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    splitCounts: { train: count - 2 * validation, validation, test: validation },
    problemCount: 0,
    hash: hash(count),
    blobs: { pixels: hash(1), labels: hash(2), splits: hash(3) },
    bytes: count * 784,
    createdAt: t0 - 5e8,
    archived: false,
    ...more,
  };
}

/** Item `index` of every generated data set: its digit, its split, its name. */
export function itemRecord(index: number): Item {
  const random = randomOf(index * 31 + 5);
  const digit = Math.floor(random() * 10);
  const at = random();
  const split = at < 2 / 3 ? 'train' : at < 5 / 6 ? 'validation' : 'test';
  return { index, name: `w${1 + (index % 6)}/${digit}/${String(index).padStart(5, '0')}.png`, label: digit, split };
}

export const problemRecords = (): Problem[] => [
  ...Array.from(
    { length: 12 },
    (_, i): Problem => ({
      file: `w3/4/0${2100 + i * 7}.png`,
      kind: 'duplicate',
      reason: `same pixels as w3/4/0${1100 + i}.png; would leak from train to test`,
      item: 20 + i * 9,
    }),
  ),
  ...Array.from(
    { length: 4 },
    (_, i): Problem => ({
      file: `w1/7/0${300 + i}.png`,
      kind: 'blank',
      reason: 'under 1 % of the pixels differ from the background',
      item: 39 + i * 31,
    }),
  ),
  { file: 'w2/0/00017.png', kind: 'unreadable', reason: 'the PNG ends after 412 of 633 bytes' },
  { file: 'w2/5/01170.png', kind: 'unreadable', reason: 'the PNG ends after 96 of 588 bytes' },
  { file: 'w5/readme.txt', kind: 'skipped', reason: 'not an image' },
];

export const sampleRecords = (): Sample[] => [
  {
    id: 'sample:glyphs',
    name: 'glyphs',
    title: '12 000 drawn digits, six hands',
    summary: 'Learn a codebook, then draw with its codes',
    count: 12_000,
    modality: 'image',
    recipe: 'vq-vae',
    licence: 'CC0-1.0',
  },
  {
    id: 'sample:mnist',
    name: 'mnist',
    title: '10 000 handwritten digits',
    summary: 'Squeeze each digit into a few numbers and bring it back',
    count: 10_000,
    modality: 'image',
    recipe: 'autoencoder',
    licence: 'CC BY-SA 3.0',
  },
];

/** A loss that falls as losses do. */
export const lossAt = (step: number, seed: number, floor = 0.0035): number =>
  floor + 0.09 * Math.exp(-step / 900) + 0.02 * Math.exp(-step / 5000) * (1 + 0.1 * (randomOf(step + seed)() - 0.5));

export function runRecord(id: string, name: string, more: Partial<Run> = {}): Run {
  const steps = more.steps ?? 24_000;
  const step = more.step ?? steps;
  const seed = more.seed ?? 7;
  const value = lossAt(step, seed);
  return {
    id,
    name,
    recipe: 'vq-vae',
    preset: 'small',
    config: {
      codebookSize: 128,
      codeLength: 16,
      commitment: 0.25,
      learningRate: 2e-3,
      restartUnused: true,
      batchSize: 64,
    },
    dataset: 'd-glyphs',
    datasetName: 'glyphs',
    datasetVersion: 3,
    datasetHash: hash(12_000),
    seed,
    deviceChoice: 'auto',
    device: 'cpu',
    status: 'finished',
    step,
    steps,
    batchSize: 64,
    trainCount: 8000,
    parameters: 618_241,
    seconds: step * 0.0188,
    itemsPerSecond: 3412,
    metrics: {
      'train/loss': { last: value, best: value, step },
      'validation/loss': { last: value * 1.03, best: value * 1.02, step },
      'validation/mse': { last: value * 0.9, best: value * 0.88, step },
      'validation/codebook_perplexity': { last: 19.6, best: 20.1, step },
      'validation/codebook_used_share': { last: 117 / 128, best: 117 / 128, step },
    },
    spark: Array.from({ length: 64 }, (_, i) => lossAt((i / 63) * step, seed)),
    note: '',
    tags: [],
    pinned: false,
    archived: false,
    createdAt: t0 - 20 * minute,
    startedAt: t0 - 19 * minute,
    endedAt: t0 - 12 * minute,
    environment: { pretext: '0.1.0', onnxruntime: '1.30.0', platform: 'linux-x64' },
    ...more,
  };
}

export const runRecords = (): Run[] => {
  const live = runRecord('r-live1', 'vq-k128', {
    status: 'running',
    step: 14_820,
    pinned: true,
    createdAt: t0 - 5 * minute,
    startedAt: t0 - 5 * minute,
  });
  const queued = runRecord('r-wait1', 'ae-d32', {
    recipe: 'autoencoder',
    status: 'queued',
    step: 0,
    seconds: 0,
    itemsPerSecond: 0,
    metrics: {},
    spark: [],
    createdAt: t0 - 2 * minute,
  });
  for (const run of [live, queued]) delete run.endedAt;
  return [
    live,
    queued,
    runRecord('r-ema01', 'vq-k256-ema', {
      tags: ['ema'],
      seed: 11,
      createdAt: t0 - 26 * minute,
      config: {
        codebookSize: 256,
        codeLength: 16,
        commitment: 0.25,
        learningRate: 2e-3,
        restartUnused: true,
        batchSize: 64,
      },
    }),
    runRecord('r-k6401', 'vq-k64', { seed: 3, createdAt: t0 - 45 * minute }),
    runRecord('r-aed28', 'ae-d28', {
      recipe: 'autoencoder',
      dataset: 'd-mnist',
      datasetName: 'mnist',
      seed: 5,
      steps: 6000,
      createdAt: t0 - 130 * minute,
      seconds: 96,
      metrics: {
        'train/loss': { last: 0.0041, best: 0.004, step: 6000 },
        'validation/mse': { last: 0.0044, best: 0.0043, step: 6000 },
      },
    }),
    runRecord('r-lr801', 'vq-k128-lr8', {
      status: 'failed',
      step: 2140,
      seed: 8,
      seconds: 83,
      error:
        'vq-vae: the loss must be a finite number, got NaN at step 2140. Step 2000 is saved; go on from it with a smaller learning rate.',
      createdAt: t0 - 150 * minute,
      metrics: {},
      spark: Array.from({ length: 40 }, (_, i) => 0.05 + 0.02 * randomOf(i)()),
    }),
    runRecord('r-stop1', 'vq-k128-b1', {
      status: 'cancelled',
      step: 4400,
      seed: 9,
      seconds: 83,
      createdAt: t0 - 160 * minute,
    }),
    runRecord('r-nors1', 'vq-k128-nors', { seed: 10, createdAt: t0 - 170 * minute, tags: ['no restart'] }),
  ];
};

export const checkpointRecords = (run: Run): Checkpoint[] => {
  const every = Math.max(500, Math.round(run.steps / 8 / 500) * 500);
  const steps = Array.from({ length: Math.floor(run.step / every) }, (_, i) => (i + 1) * every);
  const last = steps.at(-1);
  const best = steps.length > 1 ? steps.at(-2) : last;
  return steps.map((step) => ({
    step,
    hash: hash(step),
    bytes: 7_420_000,
    createdAt: run.createdAt + step * 19,
    kept: [
      ...(step === best ? ['best' as const] : []),
      ...(step === last ? ['last' as const] : []),
      'milestone' as const,
    ],
  }));
};

export const jobRecords = (): Job[] => [
  {
    id: 'j-live1',
    kind: 'train',
    title: 'vq-k128',
    status: 'running',
    run: 'r-live1',
    device: 'cpu',
    progress: { done: 14_820, total: 24_000, unit: 'steps' },
    secondsLeft: 172,
    createdAt: t0 - 5 * minute,
    startedAt: t0 - 5 * minute,
  },
  {
    id: 'j-eval1',
    kind: 'evaluate',
    title: 'Linear probe of vq-k64',
    status: 'running',
    run: 'r-k6401',
    device: 'cpu',
    progress: { done: 180, total: 520, unit: 'batches' },
    createdAt: t0 - minute,
    startedAt: t0 - minute,
  },
  {
    id: 'j-wait1',
    kind: 'train',
    title: 'ae-d32',
    status: 'queued',
    run: 'r-wait1',
    progress: { done: 0, total: 6000, unit: 'steps' },
    createdAt: t0 - 2 * minute,
  },
  {
    id: 'j-imp01',
    kind: 'import',
    title: 'Import of glyphs',
    status: 'finished',
    dataset: 'd-glyphs',
    progress: { done: 12_000, total: 12_000, unit: 'files' },
    message: '12 000 images, 19 problems',
    createdAt: t0 - 40 * minute,
    endedAt: t0 - 38 * minute,
  },
  {
    id: 'j-fail1',
    kind: 'train',
    title: 'vq-k128-lr8',
    status: 'failed',
    run: 'r-lr801',
    progress: { done: 2140, total: 24_000, unit: 'steps' },
    message: 'loss was not a number at step 2140',
    createdAt: t0 - 150 * minute,
    endedAt: t0 - 148 * minute,
  },
];

export const doctorRecord = (): Doctor => ({
  versions: { pretext: '0.1.0', electron: '45.4.1', onnxruntime: '1.30.0', node: '24.11.0' },
  devices: [
    { device: 'cpu', label: '8 threads, AVX2', available: true, gflops: 214, default: true },
    { device: 'webgpu', label: 'WebGPU', available: false, reason: 'no graphics adapter was found', default: false },
  ],
  memory: { totalBytes: 32e9, freeBytes: 21e9 },
  disk: { freeBytes: 212e9, directory: '/home/ada/Pretext' },
  threads: 8,
  problems: [],
});
