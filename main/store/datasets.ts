/** Data sets: begun when an import starts, seen once it has finished, never changed after but for name and archive. */
import type { Dataset, Item, NewDataset, Problem } from '#app/records/dataset';
import { type Db, writing } from './database';
import { newId, resolve } from './names';
import { isAlive, type Owner } from './owner';

interface Row {
  id: string;
  name: string;
  version: number;
  modality: Dataset['modality'];
  format: Dataset['format'];
  sources: string;
  count: number;
  facts: string;
  classes: string;
  split_counts: string;
  problem_count: number;
  hash: string;
  blobs: string;
  bytes: number;
  created_at: number;
  archived: number;
}

/** What only data sets of one modality have lies as JSON in one column: `image` and `factors`, or `table`. */
const factsOf = (record: NewDataset): object =>
  record.modality === 'image'
    ? { image: record.image, ...(record.factors && { factors: record.factors }) }
    : { table: record.table };

const datasetOf = (row: Row): Dataset => ({
  ...JSON.parse(row.facts),
  id: row.id,
  name: row.name,
  version: row.version,
  modality: row.modality,
  format: row.format,
  sources: JSON.parse(row.sources),
  count: row.count,
  classes: JSON.parse(row.classes),
  splitCounts: JSON.parse(row.split_counts),
  problemCount: row.problem_count,
  hash: row.hash,
  blobs: JSON.parse(row.blobs),
  bytes: row.bytes,
  createdAt: row.created_at,
  archived: row.archived === 1,
});

export function datasetQueries(db: Db) {
  const begin = db.prepare(
    "INSERT INTO datasets (id, state, owner_pid, owner_started, created_at) VALUES (?, 'importing', ?, ?, ?)",
  );
  const select = db.prepare("SELECT * FROM datasets WHERE id = ? AND state = 'ready'");
  const named = db.prepare(
    "SELECT id, name, version FROM datasets WHERE state = 'ready' ORDER BY created_at DESC, version DESC",
  );
  const newest = db.prepare("SELECT max(version) FROM datasets WHERE name = ? AND state = 'ready'").pluck();
  const finish = db.prepare(
    `UPDATE datasets SET state = 'ready', owner_pid = NULL, owner_started = NULL, name = @name, version = @version,
       modality = @modality, format = @format, sources = @sources, count = @count, facts = @facts, classes = @classes,
       split_counts = @splitCounts, problem_count = @problemCount, hash = @hash, blobs = @blobs, bytes = @bytes
     WHERE id = @id`,
  );
  const addItem = db.prepare(
    'INSERT OR REPLACE INTO items (dataset, position, name, label, split) VALUES (?, ?, ?, ?, ?)',
  );
  const addProblem = db.prepare('INSERT INTO problems (dataset, file, kind, reason, item) VALUES (?, ?, ?, ?, ?)');
  const abandon = db.prepare("DELETE FROM datasets WHERE id = ? AND state = 'importing'");

  const get = (id: string): Dataset => datasetOf(select.get(id) as Row);
  const nextVersion = (name: string) => ((newest.get(name) as number | null) ?? 0) + 1;

  return {
    get,
    /** @throws PretextError when `word` names none or several */
    find: (word: string): Dataset =>
      get(resolve('data set', word, named.all() as { id: string; name: string; version: number }[])),
    /** Newest first. */
    list(archived: boolean): Dataset[] {
      const rows = db.prepare(
        `SELECT * FROM datasets WHERE state = 'ready' AND (archived = 0 OR ?) ORDER BY created_at DESC, version DESC`,
      );
      return (rows.all(Number(archived)) as Row[]).map(datasetOf);
    },
    /** Reserves an id for an import that `owner` runs. */
    begin(owner: Owner): string {
      const id = newId('d');
      begin.run(id, owner.pid, owner.started, Date.now());
      return id;
    },
    addItems: writing(db, (id: string, items: readonly Item[]) => {
      for (const { index, name, label, split } of items) addItem.run(id, index, name, label, split);
    }),
    addProblems: writing(db, (id: string, problems: readonly Problem[]) => {
      for (const { file, kind, reason, item } of problems) addProblem.run(id, file, kind, reason, item ?? null);
    }),
    /** Makes an import's data set visible: version 1 of its name, or the next one. */
    finish: writing(db, (id: string, record: NewDataset): Dataset => {
      finish.run({
        ...record,
        id,
        version: nextVersion(record.name),
        sources: JSON.stringify(record.sources),
        facts: JSON.stringify(factsOf(record)),
        classes: JSON.stringify(record.classes),
        splitCounts: JSON.stringify(record.splitCounts),
        blobs: JSON.stringify(record.blobs),
      });
      return get(id);
    }),
    /** Removes what an import that failed had written. */
    abandon(id: string): void {
      abandon.run(id);
    },
    /** A new name that others carry makes it the next version of that name. */
    change: writing(
      db,
      (id: string, { name, archived }: { name?: string | undefined; archived?: boolean | undefined }): Dataset => {
        if (name !== undefined && name !== get(id).name)
          db.prepare('UPDATE datasets SET name = ?, version = ? WHERE id = ?').run(name, nextVersion(name), id);
        if (archived !== undefined)
          db.prepare('UPDATE datasets SET archived = ? WHERE id = ?').run(Number(archived), id);
        return get(id);
      },
    ),
    /** Removes imports whose process is gone, and those that `self` left in an earlier session. */
    sweep(self: Owner): number {
      const open = db.prepare(
        "SELECT id, owner_pid AS pid, owner_started AS started FROM datasets WHERE state = 'importing'",
      );
      const dead = (open.all() as ({ id: string } & Owner)[]).filter((row) => row.pid === self.pid || !isAlive(row));
      for (const { id } of dead) abandon.run(id);
      return dead.length;
    },
  };
}
