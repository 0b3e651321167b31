/** A small project on disk without the calls: a generated data set, its folders, and runs of it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '#app/records/dataset';
import type { Config } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { stream } from '#main/engine';
import { disk } from '#main/jobs/disk';
import { Flag } from '#main/jobs/flag';
import type { Folders, Note, TaskName, Tasks } from '#main/jobs/protocol';
import { contextOf, type Rooms, type TaskTable } from '#main/jobs/task';
import { tasks } from '#main/jobs/tasks';
import { linearConfig, linearRecipe } from './linear';

export interface TestProject {
  root: string;
  folders: Folders;
  dataset: Dataset;
  remove(): Promise<void>;
}

/** 8 × 8 grey pictures of two classes: soft bars across and down. 3/5 train, 1/5 validation, 1/5 test. */
export async function makeProject({ count = 100, seed = 1 } = {}): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'pretext-jobs-'));
  const folders = { objects: join(root, 'objects'), checkpoints: join(root, 'checkpoints') };
  await mkdir(folders.objects);
  await mkdir(folders.checkpoints);
  const random = stream(seed).uniform(3 * count);
  const pixels = new Uint8Array(count * 64);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < 64; p++) {
      const along = i % 2 === 0 ? Math.floor(p / 8) : p % 8;
      const distance = along - 7 * random[3 * i]!;
      pixels[i * 64 + p] = Math.round(
        255 * random[3 * i + 1]! * Math.exp(-distance * distance * (0.2 + random[3 * i + 2]!)),
      );
    }
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const splits = Uint8Array.from({ length: count }, (_, i) => [0, 0, 0, 1, 2][i % 5]!);
  const blob = async (bytes: Uint8Array) => {
    const name = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(folders.objects, name), bytes);
    return name;
  };
  const blobs = {
    pixels: await blob(pixels),
    labels: await blob(new Uint8Array(labels.buffer)),
    splits: await blob(splits),
  };
  const fifth = count / 5;
  const dataset: Dataset = {
    ...{ id: 'd-test', name: 'bars', version: 1, modality: 'image', format: 'folder', sources: [], count },
    image: { height: 8, width: 8, channels: 1 },
    classes: ['across', 'down'],
    splitCounts: { train: 3 * fifth, validation: fifth, test: fifth },
    ...{ problemCount: 0, hash: createHash('sha256').update(Object.values(blobs).join()).digest('hex'), blobs },
    ...{ bytes: pixels.length, createdAt: 0, archived: false },
  };
  return { root, folders, dataset, remove: () => rm(root, { recursive: true, force: true }) };
}

export function makeRun({ dataset }: TestProject, changes: Partial<Run> & { config?: Config } = {}): Run {
  const config = { ...linearConfig, ...changes.config };
  return {
    ...{ id: 'r-test', name: 'test', recipe: 'linear', preset: 'tiny', dataset: dataset.id, datasetName: dataset.name },
    ...{ datasetVersion: 1, datasetHash: dataset.hash, seed: 7, deviceChoice: 'cpu', status: 'queued', step: 0 },
    ...{ steps: Number(config.steps), batchSize: Number(config.batchSize), trainCount: dataset.splitCounts.train },
    ...{ parameters: 0, seconds: 0, itemsPerSecond: 0, metrics: {}, spark: [], note: '', tags: [], pinned: false },
    ...{ archived: false, createdAt: 0, environment: {} },
    ...changes,
    config,
  };
}

export const testRooms = (changes: Partial<Rooms> = {}): Rooms => ({
  recipeOf: () => linearRecipe(),
  disk,
  ...changes,
});

/** Does a task in this thread. `notes` is what it told; `flag` is there to raise from within `note`. */
export function perform<K extends TaskName>(
  name: K,
  ask: Tasks[K]['ask'],
  {
    rooms = testRooms(),
    note = () => {},
    flag = Flag.create(),
  }: { rooms?: Rooms; note?: (note: Note) => void; flag?: Flag } = {},
): { done: Promise<Tasks[K]['result']>; notes: Note[]; flag: Flag } {
  const notes: Note[] = [];
  const context = contextOf(rooms, flag, (one) => {
    notes.push(structuredClone(one)); // as it crosses to main: what cannot be cloned fails here
    note(one);
  });
  const table: TaskTable = tasks;
  return { done: table[name](ask, context), notes, flag };
}

/** The values of one metric by step, later ones in place of earlier ones. */
export function curve(notes: readonly Note[], metric: string): Map<number, number> {
  const found = new Map<number, number>();
  for (const note of notes)
    if (note.kind === 'points')
      for (const { step, name, value } of note.points) if (name === metric) found.set(step, value);
  return found;
}

export const eventsOf = (notes: readonly Note[]) =>
  notes.flatMap((note) => (note.kind === 'event' ? [note.event] : []));
