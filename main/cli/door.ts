/** The command line's door to the rooms: opens a project, asks calls, hears facts, and stops cleanly on Ctrl-C. */
import { basename, resolve } from 'node:path';
import { type Ask, type CallName, errorOf, type Fact, type FactName, PretextError, type Reply } from '#app/contract';
import type { Job } from '#app/records/job';
import {
  answer,
  createHandlers,
  defaultProject,
  forkNode,
  hasEnded,
  openRooms,
  type Shell,
  sampleProjectName,
  userDataDirectory,
} from '#main/calls';
import type { Fork } from '#main/jobs/protocol';
import { printPdf } from './print-pdf';

/** Where the built program lies. */
export interface Places {
  /** out/main/host.js */
  hostPath: string;
  /** What Electron is started with. */
  appRoot: string;
  /** How a job host is started and a PDF printed, where this process is Electron itself. */
  fork?: Fork;
  printPdf?: Shell['printPdf'];
}

export interface Door {
  ask<K extends CallName>(name: K, ...ask: undefined extends Ask<K> ? [Ask<K>?] : [Ask<K>]): Promise<Reply<K>>;
  on<K extends FactName>(name: K, listener: (fact: Fact<K>) => void): () => void;
  /** Waits until a job has ended. @throws PretextError with its message unless it finished */
  finished(job: string, onProgress: (job: Job) => void): Promise<Job>;
  close(): Promise<void>;
}

export interface DoorOptions {
  places: Places;
  /** `--project`; null: no project is needed. */
  project: string | undefined | null;
  /** Make the project where there is none. The default project is always made. */
  create?: boolean;
}

export async function openDoor({ places, project, create = false }: DoorOptions): Promise<Door> {
  const listeners = new Map<FactName, Set<(fact: never) => void>>();
  const chosen = project === null ? null : projectOf(project, create);
  const rooms = await openRooms({
    projectDirectory: chosen?.directory ?? null,
    create: chosen?.create,
    tell: (name, fact) => {
      for (const listener of listeners.get(name) ?? []) listener(fact as never);
    },
    fork: places.fork ?? forkNode,
    hostPath: places.hostPath,
    userData: userDataDirectory(),
    shell: { printPdf: places.printPdf ?? ((html) => printPdf(html, places.appRoot)) },
  });
  const handlers = createHandlers(rooms);

  const door: Door = {
    async ask(name, ...[ask]) {
      const answered = await answer(handlers, name, ask);
      if ('failure' in answered) throw errorOf(answered.failure);
      return answered.ok;
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (fact: never) => void));
      return () => void set.delete(listener as (fact: never) => void);
    },
    async finished(id, onProgress) {
      const job = await new Promise<Job>((resolve) => {
        const hear = (job: Job) => {
          if (job.id !== id) return;
          if (hasEnded(job)) resolve(job);
          else onProgress(job);
        };
        door.on('job.changed', hear);
        hear(rooms.jobs.get(id)); // it may have ended before anyone listened
      });
      if (job.status === 'finished') return job;
      const kind = job.status === 'cancelled' ? 'cancelled' : 'failed';
      throw new PretextError(job.message ?? `${job.title}: ${job.status}`, { kind });
    },
    close: () => rooms.close(),
  };
  return door;
}

/** The folder meant, and the record of the project that is made there where there is none. */
function projectOf(given: string | undefined, create: boolean) {
  if (given === undefined) return { directory: defaultProject(), create: { name: sampleProjectName, sample: true } };
  const directory = resolve(given);
  return { directory, create: create ? { name: basename(directory) || 'Project', sample: false } : undefined };
}

/**
 * Runs `work`; the first Ctrl-C (or a polite kill) calls `stop` and lets it end by itself, the second ends the process.
 */
export async function interruptible<T>(work: Promise<T>, stop: () => void): Promise<T> {
  let asked = false;
  const hear = () => {
    if (asked) process.exit(130); // the job host sees its parent go and ends too
    asked = true;
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, hear);
  try {
    return await work;
  } finally {
    for (const signal of signals) process.off(signal, hear);
  }
}
