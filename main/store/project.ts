/** The project's own record: one row. */
import type { Db } from './database';

export interface ProjectInfo {
  name: string;
  sample: boolean;
  note: string;
  createdAt: number;
}

export function projectQueries(db: Db) {
  const select = db.prepare('SELECT name, sample, note, created_at FROM project WHERE id = 1');
  const insert = db.prepare(
    'INSERT INTO project (id, name, sample, note, created_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = db.prepare('UPDATE project SET name = coalesce(?, name), note = coalesce(?, note) WHERE id = 1');
  const get = (): ProjectInfo | undefined => {
    const row = select.get() as { name: string; sample: number; note: string; created_at: number } | undefined;
    return row && { name: row.name, sample: row.sample === 1, note: row.note, createdAt: row.created_at };
  };
  return {
    get,
    /** Names a new project; one that has its record already keeps it. */
    create({ name, sample, note, createdAt }: ProjectInfo): ProjectInfo {
      insert.run(name, Number(sample), note, createdAt);
      return get()!;
    },
    change({ name, note }: { name?: string | undefined; note?: string | undefined }): ProjectInfo {
      update.run(name ?? null, note ?? null);
      return get()!;
    },
  };
}
