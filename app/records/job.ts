/** Long work: what runs, waits and has ended, with its progress. Training, import, evaluation and export are all jobs. */
import { z } from 'zod';
import { id, time } from './common';

export const jobKind = z.enum([
  'import',
  'train',
  'evaluate',
  'codebook',
  'anomaly',
  'latent',
  'generator',
  'projector',
  'profile',
  'apply',
  'export',
  'report',
]);
export type JobKind = z.infer<typeof jobKind>;
export const jobStatus = z.enum(['queued', 'running', 'paused', 'finished', 'failed', 'cancelled', 'interrupted']);
export type JobStatus = z.infer<typeof jobStatus>;

export const job = z.object({
  id,
  kind: jobKind,
  title: z.string(),
  status: jobStatus,
  run: id.optional(),
  dataset: id.optional(),
  device: z.string().optional(),
  /** done of total, counted in unit; total 0 while it is not known. */
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }),
  /** Seconds to the end as estimated from the pace so far. */
  secondsLeft: z.number().optional(),
  /** One line for the tray: what came of it, or why it failed and what to do. */
  message: z.string().optional(),
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
});
export type Job = z.infer<typeof job>;
