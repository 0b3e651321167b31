/**
 * Opens `project.sqlite`: refuses what is not ours, what is damaged and what a newer Pretext wrote, brings an older
 * schema up to date, and sets how SQLite works (WAL, foreign keys).
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { PretextError } from '#app/contract';
import { explainFsError, explainSqliteError } from './explain';
import { applicationId, migrations, schemaVersion } from './migrations';

export type Db = Database.Database;

export interface OpenOptions {
  path: string;
  /** SQLite's native addon, where the one that better-sqlite3 ships does not suit this runtime. */
  nativeBinding?: string | undefined;
}

/** @throws PretextError when the file is not a project, is damaged, too new, or cannot be written; it is then untouched */
export function openDatabase({ path, nativeBinding }: OpenOptions): Db {
  checkHeader(path);
  let db: Db | undefined;
  try {
    db = new Database(path, nativeBinding ? { nativeBinding } : {});
    db.pragma('busy_timeout = 5000'); // another process may be writing: the command line beside the window
    refuseNewer(path, db.pragma('user_version', { simple: true }) as number);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL'); // what was reported as saved survives a power cut
    db.pragma('foreign_keys = ON');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw explainSqliteError(error, path);
  }
}

/**
 * A transaction that takes the writer's lock before it reads. One that first reads and then writes would fail at once,
 * without waiting, when another process has written in between (SQLITE_BUSY_SNAPSHOT, sqlite.org/isolation.html).
 */
export const writing = <A extends unknown[], R>(db: Db, work: (...args: A) => R): ((...args: A) => R) =>
  db.transaction(work).immediate;

/** Looks at the first 100 bytes before SQLite does, so that a file we refuse is not changed in any way. */
function checkHeader(path: string): void {
  const header = readHeader(path);
  if (header.length === 0) {
    refuseEmptied(path);
    return;
  }
  const ours = header.length === 100 && header.toString('latin1', 0, 16) === 'SQLite format 3\0';
  if (!ours)
    throw new PretextError(`${path}: must be a project file, but it is not an SQLite file or is damaged`, {
      advice: 'restore the project folder from a backup, or create a project in another folder',
    });
  // user_version stands at byte 60, application_id at 68, both big-endian (sqlite.org/fileformat2.html, 1.3).
  const [version, application] = [header.readInt32BE(60), header.readInt32BE(68)];
  if (application !== applicationId && (application !== 0 || version !== 0))
    throw new PretextError(`${path}: must be a project file, but another program made it`, {
      advice: 'create a project in another folder',
    });
  refuseNewer(path, version);
}

/** No records is a new project, unless its folder already holds what records speak of: those would be lost unseen. */
function refuseEmptied(path: string): void {
  if (!existsSync(path)) return;
  const holds = ['objects', 'checkpoints'].filter((name) => {
    const folder = join(dirname(path), name);
    return existsSync(folder) && readdirSync(folder).length > 0;
  });
  if (holds.length > 0)
    throw new PretextError(`${path}: must hold the project's records, but it is empty (0 bytes)`, {
      advice: `restore it from a backup; what lies in ${holds.join(' and ')} is untouched`,
    });
}

function readHeader(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(100);
      return header.subarray(0, readSync(file, header, 0, 100, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw explainFsError(error, 'open', path);
  }
}

function refuseNewer(path: string, version: number): void {
  if (version > schemaVersion)
    throw new PretextError(
      `${path}: was made by a newer Pretext (schema ${version}; this one knows schemas up to ${schemaVersion})`,
      { advice: 'open it with the newer Pretext; nothing was changed' },
    );
}

/** Runs what is missing, each migration with its number in one transaction: a crash leaves a whole schema. */
export function migrate(db: Db, steps: readonly string[] = migrations): void {
  const from = db.pragma('user_version', { simple: true }) as number;
  for (let version = from; version < steps.length; version++)
    db.transaction(() => {
      db.exec(steps[version]!);
      db.pragma(`user_version = ${version + 1}`);
      db.pragma(`application_id = ${applicationId}`);
    }).immediate();
}
