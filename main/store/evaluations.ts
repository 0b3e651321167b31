/** Named measurements of runs. Each is kept: measuring again adds one. */
import type { Evaluation } from '#app/records/run';
import type { Db } from './database';
import { newId } from './names';

type Row = Omit<Evaluation, 'figures' | 'tables' | 'createdAt'> & {
  figures: string;
  tables: string;
  created_at: number;
};

export function evaluationQueries(db: Db) {
  const add = db.prepare(
    `INSERT INTO evaluations (id, run, evaluation, step, dataset, split, n, figures, tables, seconds, created_at)
     VALUES (@id, @run, @evaluation, @step, @dataset, @split, @n, @figures, @tables, @seconds, @createdAt)`,
  );
  const list = db.prepare('SELECT * FROM evaluations WHERE run = ? ORDER BY created_at, rowid');
  return {
    add(measured: Omit<Evaluation, 'id' | 'createdAt'>): Evaluation {
      const record: Evaluation = { ...measured, id: newId('e'), createdAt: Date.now() };
      add.run({ ...record, figures: JSON.stringify(record.figures), tables: JSON.stringify(record.tables) });
      return record;
    },
    /** Of one run, oldest first. */
    list: (run: string): Evaluation[] =>
      (list.all(run) as Row[]).map(({ figures, tables, created_at, ...rest }) => ({
        ...rest,
        figures: JSON.parse(figures),
        tables: JSON.parse(tables),
        createdAt: created_at,
      })),
  };
}
