/** Rooms over fake hosts in folders of their own, with every fact that was told, each held to the contract. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import {
  type AllHandlers,
  type Ask,
  type CallName,
  errorOf,
  type Fact,
  type FactName,
  facts,
  type Reply,
} from '#app/contract';
import type { Run } from '#app/records/run';
import { answer } from '#main/calls/answer';
import { createHandlers } from '#main/calls/handlers';
import { openRooms, type Rooms, type RoomsOptions } from '#main/calls/rooms';
import { importedRecord } from '../store/records';
import { type FakeHosts, fakeHosts } from './fake-hosts';

const opened: Rooms[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const rooms of opened.splice(0)) await rooms.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-test-'));
  folders.push(folder);
  return folder;
}

export interface TestRooms {
  rooms: Rooms;
  handlers: AllHandlers;
  hosts: FakeHosts;
  folder: string;
  told: { name: FactName; fact: unknown }[];
  of<K extends FactName>(name: K): Fact<K>[];
  ask<K extends CallName>(name: K, ask?: Ask<K>): Promise<Reply<K>>;
  close(): Promise<void>;
}

export async function testRooms(options: Partial<RoomsOptions> = {}, folder = temporaryFolder()): Promise<TestRooms> {
  const hosts = fakeHosts();
  const told: TestRooms['told'] = [];
  const rooms = await openRooms({
    projectDirectory: join(folder, 'project'),
    create: { name: 'Test', sample: false },
    tell: (name, fact) => told.push({ name, fact: facts[name].parse(fact) }),
    fork: () => {
      throw new Error('a unit test forks nothing');
    },
    hostPath: '',
    userData: join(folder, 'user'),
    home: join(folder, 'home'),
    hosts,
    ...options,
  });
  opened.push(rooms);
  const handlers = createHandlers(rooms);
  return {
    ...{ rooms, handlers, hosts, folder, told },
    of: (name) => told.filter((one) => one.name === name).map(({ fact }) => fact as never),
    async ask(name, ask) {
      const answered = await answer(handlers, name, ask);
      if ('failure' in answered) throw errorOf(answered.failure);
      return answered.ok;
    },
    async close() {
      opened.splice(opened.indexOf(rooms), 1);
      await rooms.close();
    },
  };
}

/** A data set that an import has just brought in. */
export async function importedDataset({ ask, hosts, folder, of }: TestRooms, name = 'pets'): Promise<string> {
  mkdirSync(join(folder, name), { recursive: true });
  const before = hosts.tasks.filter(({ task }) => task === 'import').length;
  const { job, dataset } = await ask('datasets.import', { sources: [join(folder, name)] });
  const task = await hosts.asked('import', before);
  task.note({
    kind: 'items',
    items: [0, 1, 2, 3].map((index) => ({ index, name: `${index}.png`, label: index % 2, split: 'train' })),
  });
  task.finish(importedRecord(name));
  await eventually(() => expect(of('job.changed').findLast(({ id }) => id === job)?.status).toBe('finished'));
  return dataset;
}

/** Tries until `claim` holds; its last complaint after five seconds. */
export async function eventually<T>(claim: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await claim();
    } catch (error) {
      if (tries >= 1000) throw error; // twenty seconds: a busy machine starts a process in five
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

export const statusOf = async ({ ask }: TestRooms, run: string): Promise<Run['status']> =>
  (await ask('runs.get', { run })).status;
