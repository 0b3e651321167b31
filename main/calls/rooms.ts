/** Wires the rooms together for both doors: records, job hosts, jobs, the user's own files, and who is told. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PretextError, type Tell } from '#app/contract';
import { createHosts } from '#main/jobs/hosts';
import type { Fork, Hosts } from '#main/jobs/protocol';
import { startImport } from './import';
import { createJobCenter, type JobCenter } from './job-center';
import { createMachine, type Machine } from './machine';
import { isProject, openSession, type Session } from './session';
import { openUserFiles, projectsHome, type UserFiles } from './user-files';

/** What only a window can do. */
export interface Shell {
  /** The system's own dialog; empty when it was closed without a choice. */
  choose(ask: {
    kind: 'folder' | 'files' | 'save';
    title: string;
    name?: string;
    extensions?: string[];
  }): Promise<string[]>;
  reveal(path: string): void | Promise<void>;
  /** Pages of an HTML document as PDF bytes. */
  printPdf(html: string): Promise<Uint8Array>;
}

export interface RoomsOptions {
  /** Opened at once. Left out: the project that was open last, or on a first start the sample project. null: none. */
  projectDirectory?: string | null | undefined;
  /** Make `projectDirectory` a project where it is none yet. */
  create?: { name: string; sample: boolean } | undefined;
  tell: Tell;
  fork: Fork;
  /** The built entry of a job host: out/main/host.js. */
  hostPath: string;
  userData: string;
  /** Where new projects are made; default `projectsHome()`. */
  home?: string | undefined;
  shell?: Partial<Shell>;
  /** In place of hosts made from `fork` and `hostPath`, for tests. */
  hosts?: Hosts;
}

export interface Rooms {
  readonly tell: Tell;
  readonly hosts: Hosts;
  readonly jobs: JobCenter;
  readonly files: UserFiles;
  readonly machine: Machine;
  readonly shell: Partial<Shell>;
  readonly home: string;
  /** Undefined while no project is open. */
  current(): Session | undefined;
  /** @throws PretextError while no project is open */
  session(): Session;
  /** Opens another project and closes the one before. @throws PretextError while a job is under way */
  open(directory: string, create?: { name: string; sample: boolean }): Promise<Session>;
  /** Stops what is under way after a last checkpoint, ends the hosts and closes the records. */
  close(): Promise<void>;
}

export const sampleProjectName = 'Lecture 7 samples';
export const firstSample = 'sample:digits';

/** @throws PretextError when `projectDirectory` cannot be opened; a project chosen by itself that cannot is passed over */
export async function openRooms(options: RoomsOptions): Promise<Rooms> {
  const { tell, fork, hostPath, userData, shell = {}, home = projectsHome() } = options;
  const hosts = options.hosts ?? createHosts({ fork, modulePath: hostPath });
  hosts.onState((state, message) => tell('engine.changed', { state, ...(message !== undefined && { message }) }));
  const jobs = createJobCenter(tell);
  const files = openUserFiles(userData);
  const machine = createMachine(hosts, files);
  let session: Session | undefined;

  async function remember(one: Session): Promise<void> {
    const [{ name }, runs] = await Promise.all([one.project(), one.store.runs.count()]);
    // A user folder that cannot be written must not keep a project from opening.
    await files.remember({ directory: one.directory, name, openedAt: Date.now(), runs }).catch(() => {});
  }

  const rooms: Rooms = {
    tell,
    hosts,
    jobs,
    files,
    machine,
    shell,
    home,
    current: () => session,
    session() {
      if (session) return session;
      throw new PretextError('no project is open', { kind: 'usage', advice: 'open or create a project first' });
    },
    async open(directory, create) {
      const to = resolve(directory);
      if (session?.directory === to) return session;
      refuseWhileBusy(rooms);
      const opened = await openSession({ directory: to, create, tell, hosts, jobs, machine });
      const before = session;
      session = opened;
      if (before) await remember(before);
      await before?.close();
      jobs.clear();
      await remember(opened);
      tell('project.changed', await opened.project());
      return opened;
    },
    async close() {
      if (session) await remember(session);
      await session?.training.close();
      await hosts.close();
      await session?.close();
      session = undefined;
    },
  };

  try {
    const { projectDirectory } = options;
    if (projectDirectory === undefined) await openLast(rooms);
    else if (projectDirectory !== null) await rooms.open(projectDirectory, options.create);
  } catch (error) {
    await hosts.close();
    throw error;
  }
  return rooms;
}

/** A project is left only when nothing works on it any more: its jobs would write into closed records. */
function refuseWhileBusy({ current, jobs }: Rooms): void {
  if (!current()) return;
  const busy = jobs.list().find(({ status }) => status === 'running' || status === 'queued' || status === 'paused');
  if (busy)
    throw new PretextError(`the project cannot be left while a job is under way: ${busy.title} is ${busy.status}`, {
      kind: 'usage',
      advice: 'let it finish, or cancel it first',
    });
}

/** The project of last time; on a first start a new one with a data set to try things on. */
async function openLast(rooms: Rooms): Promise<void> {
  const recents = await rooms.files.recents();
  for (const { directory } of recents) {
    if (!isProject(directory)) continue;
    const opened = await rooms.open(directory).catch(() => undefined);
    if (opened) return;
  }
  if (recents.some(({ directory }) => existsSync(directory))) return; // theirs are damaged: let them choose
  const session = await rooms.open(join(rooms.home, 'Samples'), { name: sampleProjectName, sample: true });
  const there = await session.store.datasets.list(true);
  if (!there.some(({ sources }) => sources.includes(firstSample))) await startImport(rooms, session, [firstSample], {});
}
