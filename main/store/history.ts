/** What a run leaves on its way besides numbers: its log, its pictures and its checkpoints. */
import type { Pictures } from '#app/records/common';
import type { Checkpoint, Preview, RunEvent } from '#app/records/run';
import type { Db } from './database';

/** Where one row of a preview lies in the blob: its pictures without their pixels. */
type Cut = { name: Preview['rows'][number]['name'] } & Omit<Pictures, 'pixels'>;

export function historyQueries(db: Db) {
  const addEvent = db.prepare('INSERT INTO events (run, time, step, level, text, mark) VALUES (?, ?, ?, ?, ?, ?)');
  const events = db.prepare('SELECT time, step, level, text, mark FROM events WHERE run = ? ORDER BY id');
  const putPreview = db.prepare('INSERT OR REPLACE INTO previews (run, step, rows, pixels) VALUES (?, ?, ?, ?)');
  const previewSteps = db.prepare('SELECT step FROM previews WHERE run = ? ORDER BY step').pluck();
  const preview = db.prepare(
    'SELECT step, rows, pixels FROM previews WHERE run = ? AND step <= ? ORDER BY step DESC LIMIT 1',
  );
  const dropCheckpoints = db.prepare('DELETE FROM checkpoints WHERE run = ?');
  const addCheckpoint = db.prepare(
    'INSERT INTO checkpoints (run, step, hash, bytes, kept, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const checkpoints = db.prepare(
    'SELECT step, hash, bytes, kept, created_at FROM checkpoints WHERE run = ? ORDER BY step',
  );

  return {
    addEvent({ time, step, level, text, mark }: RunEvent, run: string): void {
      addEvent.run(run, time, step, level, text, Number(mark ?? false));
    },
    events: (run: string): RunEvent[] =>
      (events.all(run) as (Omit<RunEvent, 'mark'> & { mark: number })[]).map(({ mark, ...event }) => ({
        ...event,
        ...(mark === 1 && { mark: true }),
      })),

    addPreview({ step, rows }: Preview, run: string): void {
      const cuts: Cut[] = rows.map(({ name, pictures: { pixels: _, ...size } }) => ({ name, ...size }));
      putPreview.run(run, step, JSON.stringify(cuts), Buffer.concat(rows.map(({ pictures }) => pictures.pixels)));
    },
    previewSteps: (run: string): number[] => previewSteps.all(run) as number[],
    /** The preview of `step`, or the newest before it; without a step the newest. */
    preview(run: string, step = Number.MAX_SAFE_INTEGER): Preview | null {
      const row = preview.get(run, step) as { step: number; rows: string; pixels: Buffer } | undefined;
      if (!row) return null;
      let at = 0;
      const rows = (JSON.parse(row.rows) as Cut[]).map(({ name, ...size }) => {
        const bytes = size.count * size.height * size.width * size.channels;
        const pixels = Uint8Array.from(row.pixels.subarray(at, at + bytes));
        at += bytes;
        return { name, pictures: { ...size, pixels } };
      });
      return { step: row.step, rows };
    },

    /** The list of what is on disk takes the place of the one before. */
    setCheckpoints(all: readonly Checkpoint[], run: string): void {
      dropCheckpoints.run(run);
      for (const { step, hash, bytes, kept, createdAt } of all)
        addCheckpoint.run(run, step, hash, bytes, JSON.stringify(kept), createdAt);
    },
    checkpoints: (run: string): Checkpoint[] =>
      (checkpoints.all(run) as { step: number; hash: string; bytes: number; kept: string; created_at: number }[]).map(
        ({ kept, created_at, ...rest }) => ({ ...rest, kept: JSON.parse(kept), createdAt: created_at }),
      ),
  };
}
