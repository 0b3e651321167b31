/** A run: recipe + config + data version + seed + device, and everything that was measured of it. */
import { z } from 'zod';
import { device, id, pictures, split, time, typedArray } from './common';
import { config, presetName } from './recipe';

export const runStatus = z.enum(['queued', 'running', 'paused', 'interrupted', 'finished', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;
export type Device = z.infer<typeof device>;
export const deviceTitles: Record<Device, string> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};
export const deviceChoice = z.enum(['auto', ...device.options]);
export type DeviceChoice = z.infer<typeof deviceChoice>;

export const metricSummary = z.object({ last: z.number(), best: z.number(), step: z.int() });
export type MetricSummary = z.infer<typeof metricSummary>;

export const run = z.object({
  id,
  name: z.string(),
  recipe: z.string(),
  preset: presetName,
  config,
  dataset: id,
  datasetName: z.string(),
  datasetVersion: z.int(),
  datasetHash: z.string(),
  seed: z.int(),
  /** Asked for, and what it runs on. */
  deviceChoice,
  device: device.optional(),
  parent: id.optional(),
  status: runStatus,
  step: z.int(),
  steps: z.int(),
  batchSize: z.int(),
  /** Items of the training split: step · batchSize / trainCount = epochs. */
  trainCount: z.int(),
  parameters: z.int(),
  /** Seconds of training, pauses left out. */
  seconds: z.number(),
  itemsPerSecond: z.number(),
  /** The newest and the best value of each metric, by name. */
  metrics: z.record(z.string(), metricSummary),
  /** The loss so far, thinned to at most 64 values for a spark line. */
  spark: z.array(z.number()),
  error: z.string().optional(),
  note: z.string(),
  tags: z.array(z.string()),
  pinned: z.boolean(),
  archived: z.boolean(),
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
  environment: z.record(z.string(), z.string()),
});
export type Run = z.infer<typeof run>;

export const startRun = z.object({
  recipe: z.string(),
  dataset: z.string(),
  preset: presetName.optional(),
  config: config.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  device: deviceChoice.optional(),
  name: z.string().min(1).max(80).optional(),
  from: z.string().optional(),
  steps: z.int().min(1).optional(),
  epochs: z.number().positive().optional(),
  minutes: z.number().positive().optional(),
});
export type StartRun = z.infer<typeof startRun>;

/** Points of one metric: steps[i] and values[i] belong together; steps ascend. */
export const series = z.object({ steps: typedArray.float64, values: typedArray.float64 });
export type Series = z.infer<typeof series>;

/** One measured value as a job reports it. */
export const point = z.object({ step: z.int(), name: z.string(), value: z.number() });
export type Point = z.infer<typeof point>;

export const runEvent = z.object({
  time,
  step: z.int(),
  level: z.enum(['info', 'validation', 'checkpoint', 'warning', 'error']),
  text: z.string(),
  /** Drawn as a dashed vertical line in charts. */
  mark: z.boolean().optional(),
});
export type RunEvent = z.infer<typeof runEvent>;

export const checkpoint = z.object({
  step: z.int(),
  /** SHA-256 of the safetensors file. */
  hash: z.string(),
  bytes: z.int(),
  /** Kept as `best` by the recipe's headline metric, as `last`, as a milestone for scrubbing, or several of these. */
  kept: z.array(z.enum(['best', 'last', 'milestone'])),
  createdAt: time,
});
export type Checkpoint = z.infer<typeof checkpoint>;

/** `likeness`: one picture of cosines, −1 black, 1 white, of all first views and then all second ones, as rows and columns. */
export const previewRow = z.enum([
  ...['input', 'noisy', 'output', 'error', 'sample', 'filter'],
  ...['first view', 'second view', 'likeness of pixels', 'likeness'],
] as const);
export type PreviewRow = z.infer<typeof previewRow>;

/** Pictures a run makes as it goes: the same validation items each time. `rows` name pictures row by row. */
export const preview = z.object({
  step: z.int(),
  rows: z.array(z.object({ name: previewRow, pictures })),
});
export type Preview = z.infer<typeof preview>;

export const evaluation = z.object({
  id,
  run: id,
  evaluation: z.string(),
  step: z.int(),
  dataset: id,
  split,
  n: z.int(),
  figures: z.record(z.string(), z.number()),
  /** Rows for a picture: e.g. error by class. */
  tables: z.record(
    z.string(),
    z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.union([z.string(), z.number()]))) }),
  ),
  seconds: z.number(),
  createdAt: time,
});
export type Evaluation = z.infer<typeof evaluation>;
