/** One open project: its records, its folders, its training queue. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PretextError, type Tell } from '#app/contract';
import type { Project } from '#app/records/project';
import type { Folders, Hosts } from '#main/jobs/protocol';
import { explainFsError, type Owner, openRemoteStore, type RemoteStore, thisProcess } from '#main/store';
import type { JobCenter } from './job-center';
import type { Machine } from './machine';
import { createTraining, type Training } from './training';

export interface Session {
  readonly directory: string;
  readonly store: RemoteStore;
  readonly folders: Folders;
  readonly training: Training;
  readonly owner: Owner;
  /** The project's record, with the space it takes on disk now. */
  project(): Promise<Project>;
  close(): Promise<void>;
}

export interface OpenSession {
  directory: string;
  /** Make the project where there is none, with this record. */
  create?: { name: string; sample: boolean } | undefined;
  tell: Tell;
  hosts: Hosts;
  jobs: JobCenter;
  machine: Pick<Machine, 'peakGflops'>;
}

const recordsFile = 'project.sqlite';
export const isProject = (directory: string): boolean => existsSync(join(directory, recordsFile));
/** How often a window looks for what a command line beside it has done, ms. */
const lookEvery = 1000;

/** @throws PretextError when there is no project, it cannot be opened, or the folder cannot be written */
export async function openSession({ directory, create, tell, hosts, jobs, machine }: OpenSession): Promise<Session> {
  const folders = { objects: join(directory, 'objects'), checkpoints: join(directory, 'checkpoints') };
  if (!isProject(directory) && !create)
    throw new PretextError(`${directory} must be a project folder, but it has no ${recordsFile}`, {
      kind: 'usage',
      advice: 'choose the folder of a project, or create one: `pretext import` makes it where there is none',
    });
  try {
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  } catch (error) {
    throw explainFsError(error, 'make the project folder', directory);
  }
  const store = await openRemoteStore(join(directory, recordsFile));
  const owner = thisProcess();
  try {
    const name = create?.name ?? basename(directory);
    await store.project.create({ name, sample: create?.sample ?? false, note: '', createdAt: Date.now() });
    await store.datasets.sweep(owner);
    for (const run of await store.runs.sweep(owner)) tell('run.changed', run);
  } catch (error) {
    await store.file.close();
    throw error;
  }

  const training = createTraining({
    ...{ store, hosts, jobs, tell, folders, owner },
    peakGflops: () => machine.peakGflops(false),
  });
  const stopWatching = watch(store, owner, tell);
  return {
    directory,
    store,
    folders,
    training,
    owner,
    async project() {
      const info = await store.project.get();
      return { directory, ...info!, space: await spaceOf(directory, folders) };
    },
    async close() {
      stopWatching();
      await training.close();
      await store.file.close();
    },
  };
}

/** Tells of runs that another process moves on. */
function watch(store: RemoteStore, owner: Owner, tell: Tell): () => void {
  let since = Date.now();
  const timer = setInterval(async () => {
    const from = since;
    since = Date.now();
    try {
      for (const run of await store.runs.changedSince(from, owner)) tell('run.changed', run);
    } catch {
      since = from; // the file was locked for a moment: the next look sees it
    }
  }, lookEvery);
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes on disk by kind. */
async function spaceOf(directory: string, { objects, checkpoints }: Folders): Promise<Project['space']> {
  const [data, saved, all] = await Promise.all([objects, checkpoints, directory].map(bytesBelow));
  return { data: data!, checkpoints: saved!, other: all! - data! - saved! };
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ); // gone meanwhile
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
