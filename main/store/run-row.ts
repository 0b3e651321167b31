/** A run as its row holds it, and back. */
import type { MetricSummary, Run } from '#app/records/run';
import { sparkValues } from './spark';

export interface RunRow {
  id: string;
  name: string;
  recipe: string;
  preset: Run['preset'];
  config: string;
  dataset: string;
  dataset_name: string;
  dataset_version: number;
  dataset_hash: string;
  seed: number;
  device_choice: Run['deviceChoice'];
  device: Run['device'] | null;
  parent: string | null;
  status: Run['status'];
  step: number;
  steps: number;
  batch_size: number;
  train_count: number;
  parameters: number;
  seconds: number;
  items_per_second: number;
  spark: string;
  error: string | null;
  note: string;
  tags: string;
  pinned: number;
  archived: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  environment: string;
  minutes: number | null;
  owner_pid: number | null;
  owner_started: string | null;
  requested: string | null;
  updated_at: number;
}

export const runOf = (row: RunRow, metrics: Record<string, MetricSummary>): Run => ({
  id: row.id,
  name: row.name,
  recipe: row.recipe,
  preset: row.preset,
  config: JSON.parse(row.config),
  dataset: row.dataset,
  datasetName: row.dataset_name,
  datasetVersion: row.dataset_version,
  datasetHash: row.dataset_hash,
  seed: row.seed,
  deviceChoice: row.device_choice,
  ...(row.device && { device: row.device }),
  ...(row.parent !== null && { parent: row.parent }),
  status: row.status,
  step: row.step,
  steps: row.steps,
  batchSize: row.batch_size,
  trainCount: row.train_count,
  parameters: row.parameters,
  seconds: row.seconds,
  itemsPerSecond: row.items_per_second,
  metrics,
  spark: sparkValues(JSON.parse(row.spark)),
  ...(row.error !== null && { error: row.error }),
  note: row.note,
  tags: JSON.parse(row.tags),
  pinned: row.pinned === 1,
  archived: row.archived === 1,
  createdAt: row.created_at,
  ...(row.started_at !== null && { startedAt: row.started_at }),
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
  environment: JSON.parse(row.environment),
});
