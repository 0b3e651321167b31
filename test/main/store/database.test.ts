import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '#main/store/database';
import { datasetQueries } from '#main/store/datasets';
import { applicationId, migrations, schemaVersion } from '#main/store/migrations';
import { openStore } from '#main/store/store';
import { addDataset, temporaryFolder, temporaryStore } from './records';

const file = () => join(temporaryFolder(), 'project.sqlite');
const version = (db: Database.Database) => db.pragma('user_version', { simple: true });

it('makes a new file of the newest schema, marked as ours, with WAL and foreign keys', () => {
  const db = openDatabase({ path: file() });
  expect(version(db)).toBe(schemaVersion);
  expect(db.pragma('application_id', { simple: true })).toBe(applicationId);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  const strict = db.prepare(
    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
  );
  expect(strict.pluck().get()).toBe(0);
  db.close();
});

it('runs only the migrations that are missing, in order', () => {
  const db = new Database(file());
  migrate(db, ['CREATE TABLE a (x INTEGER) STRICT', 'INSERT INTO a VALUES (1)']);
  migrate(db, ['THIS HAS RUN', 'THIS TOO', 'INSERT INTO a SELECT x + 1 FROM a']);
  expect(db.prepare('SELECT x FROM a ORDER BY x').pluck().all()).toEqual([1, 2]);
  expect(version(db)).toBe(3);
  db.close();
});

it('data sets of a project of version 1, which were all pictures, are read as they were', () => {
  const path = file();
  const db = new Database(path);
  migrate(db, migrations.slice(0, 1));
  db.exec(`INSERT INTO datasets (id, state, name, version, modality, format, image, split_counts, blobs, created_at)
    VALUES ('d-first', 'ready', 'shapes', 1, 'image', 'idx', '{"height":28,"width":20,"channels":3}',
      '{"train":8,"validation":1,"test":1}', '{"pixels":"p","labels":"l","splits":"s"}', 5)`);
  migrate(db, migrations);
  expect(datasetQueries(db).get('d-first')).toMatchObject({
    ...{ modality: 'image', name: 'shapes', image: { height: 28, width: 20, channels: 3 } },
    blobs: { pixels: 'p', labels: 'l', splits: 's' },
  });
  db.close();
});

it('leaves the schema of before when a migration fails half-way', () => {
  const db = new Database(file());
  migrate(db, migrations);
  expect(() => migrate(db, [...migrations, 'CREATE TABLE b (x INTEGER) STRICT; NONSENSE'])).toThrow(/syntax error/);
  expect(version(db)).toBe(schemaVersion);
  expect(db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'b'").pluck().get()).toBe(0);
  db.close();
});

it('refuses a project of a newer Pretext and does not touch it', () => {
  const path = file();
  const db = new Database(path);
  db.exec('CREATE TABLE future (x INTEGER) STRICT');
  db.pragma(`application_id = ${applicationId}`);
  db.pragma(`user_version = ${schemaVersion + 1}`);
  db.close();
  const before = readFileSync(path);
  expect(() => openStore(path)).toThrow(`schema ${schemaVersion + 1}; this one knows schemas up to ${schemaVersion}`);
  expect(readFileSync(path)).toEqual(before);
});

it('says so when the file is no database, and leaves it as it is', () => {
  const path = file();
  const letter = `Dear diary, ${'today '.repeat(40)}`;
  writeFileSync(path, letter);
  expect(() => openStore(path)).toThrow('is not an SQLite file or is damaged');
  expect(readFileSync(path, 'utf8')).toBe(letter);
});

it('says so when the file has been cut off or overwritten inside', () => {
  const path = file();
  const store = openStore(path);
  addDataset(store);
  store.file.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x55, 100, bytes.length));
  expect(() => openStore(path).datasets.list(true)).toThrow(/the file is damaged/);
});

it("refuses another program's database", () => {
  const path = file();
  const db = new Database(path);
  db.exec('CREATE TABLE songs (name TEXT)');
  db.pragma('user_version = 1');
  db.close();
  expect(() => openStore(path)).toThrow('another program made it');
});

it('keeps what was written when it is opened again', () => {
  const path = file();
  const first = openStore(path);
  const dataset = addDataset(first);
  first.project.create({ name: 'Mine', sample: false, note: '', createdAt: 1 });
  first.file.close();
  const again = temporaryStore(path);
  expect(again.datasets.get(dataset.id)).toEqual(dataset);
  expect(again.project.create({ name: 'Other', sample: true, note: 'x', createdAt: 2 }).name).toBe('Mine');
});
