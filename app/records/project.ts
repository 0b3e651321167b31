/** A project is a folder: `project.sqlite`, `objects/` and `checkpoints/`. */
import { z } from 'zod';
import { device, time } from './common';

export const project = z.object({
  directory: z.string(),
  name: z.string(),
  sample: z.boolean(),
  note: z.string(),
  createdAt: time,
  space: z.object({ checkpoints: z.int(), data: z.int(), other: z.int() }),
});
export type Project = z.infer<typeof project>;

export const recentProject = z.object({
  directory: z.string(),
  name: z.string(),
  openedAt: time,
  runs: z.int(),
  exists: z.boolean(),
});
export type RecentProject = z.infer<typeof recentProject>;

export const preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  smoothing: z.number().min(0).max(0.999),
  singleKeys: z.boolean(),
  sidebar: z.enum(['full', 'icons']),
  /** Of the lessons. */
  language: z.enum(['en', 'zh']),
  /** What was predicted in each lesson, by its id: the position of the option. */
  lessons: z.record(z.string(), z.int()),
});
export type Preferences = z.infer<typeof preferences>;

export const doctor = z.object({
  versions: z.record(z.string(), z.string()),
  devices: z.array(
    z.object({
      device,
      label: z.string(),
      available: z.boolean(),
      reason: z.string().optional(),
      /** Best of several 1024³ float32 matrix products. */
      gflops: z.number().optional(),
      default: z.boolean(),
    }),
  ),
  memory: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
  disk: z.object({ freeBytes: z.number(), directory: z.string() }),
  threads: z.int(),
  problems: z.array(z.object({ what: z.string(), fix: z.string() })),
});
export type Doctor = z.infer<typeof doctor>;
