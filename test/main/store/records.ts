/** Records to fill a store with, and stores in folders of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Item } from '#app/records/dataset';
import { type NewRun, type Owner, openStore, type Store, thisProcess } from '#main/store';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.file.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-test-'));
  folders.push(folder);
  return folder;
}

/** An open store, closed after the test. */
export function temporaryStore(path = join(temporaryFolder(), 'project.sqlite')): Store {
  const store = openStore(path);
  stores.push(store);
  return store;
}

export const self: Owner = thisProcess();
/** A process that cannot exist: above the greatest id that Linux gives. */
export const gone: Owner = { pid: 2 ** 22 + 1, started: 'long ago' };

export const importedRecord = (name: string, count = 4, classes = ['cat', 'dog']) => ({
  name,
  modality: 'image' as const,
  format: 'folder' as const,
  sources: ['/data/pets'],
  count,
  image: { height: 8, width: 8, channels: 1 as const },
  classes,
  splitCounts: { train: count, validation: 0, test: 0 },
  problemCount: 0,
  hash: 'a'.repeat(64),
  blobs: { pixels: 'p', labels: 'l', splits: 's' },
  bytes: count * 64,
});

export function addDataset(store: Store, name = 'pets', items: readonly Item[] = []) {
  const id = store.datasets.begin(self);
  store.datasets.addItems(id, items);
  return store.datasets.finish(id, importedRecord(name, Math.max(4, items.length)));
}

export function addRun(store: Store, change: Partial<NewRun> = {}, owner = self) {
  const dataset = store.datasets.list(true)[0] ?? addDataset(store);
  return store.runs.add(
    {
      name: 'first try',
      recipe: 'vq-vae',
      preset: 'tiny',
      config: { codes: 64, learningRate: 0.001, schedule: 'cosine' },
      dataset: dataset.id,
      datasetName: dataset.name,
      datasetVersion: dataset.version,
      datasetHash: dataset.hash,
      seed: 1,
      deviceChoice: 'cpu',
      steps: 100,
      batchSize: 4,
      trainCount: 4,
      parameters: 10,
      ...change,
    },
    owner,
  );
}

/** Points of one metric from values, at steps 1, 2, … */
export const pointsOf = (name: string, values: readonly number[], from = 1) =>
  values.map((value, at) => ({ step: from + at, name, value }));
