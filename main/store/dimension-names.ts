/** The names that the user gave to dimensions of a run's codes: a run begins with none, and nothing here makes any up. */
import type { Db } from './database';

export function dimensionNameQueries(db: Db) {
  const select = db.prepare('SELECT dimension, name FROM dimension_names WHERE run = ? ORDER BY dimension');
  const put = db.prepare('INSERT OR REPLACE INTO dimension_names (run, dimension, name) VALUES (?, ?, ?)');
  const drop = db.prepare('DELETE FROM dimension_names WHERE run = ? AND dimension = ?');
  const of = (run: string): Record<string, string> => {
    const rows = select.all(run) as { dimension: number; name: string }[];
    return Object.fromEntries(rows.map(({ dimension, name }) => [String(dimension), name]));
  };
  return {
    /** By the dimension's number. */
    of,
    /** Gives a dimension its name, or takes it away where that is empty; gives back all of the run. */
    set(run: string, dimension: number, name: string): Record<string, string> {
      const trimmed = name.trim();
      if (trimmed === '') drop.run(run, dimension);
      else put.run(run, dimension, trimmed);
      return of(run);
    },
  };
}
