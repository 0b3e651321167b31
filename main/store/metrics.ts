/** Measured values of runs. A step that is measured again after a resume replaces what it was. */
import type { MetricSummary, Point, Series } from '#app/records/run';
import type { Db } from './database';
import { addToSpark, type Spark } from './spark';

/** Metrics of which more is better, by the end of their names; of all others (losses, errors, nats) less is. */
const moreIsBetter =
  /(accuracy|accuracy_.+|f1|precision|recall|matthews|pearson|spearman|exact_match|auroc|auprc|purity|nmi|psnr|ssim|codebook_perplexity|_share|_codes)$/;
export const isBetter = (name: string, value: number, than: number): boolean =>
  moreIsBetter.test(name) ? value > than : value < than;

/** The metric that a run's spark line draws. */
export const sparkMetric = 'train/loss';

/** What is not a finite number is stored as NULL. */
const stored = (value: number) => (Number.isFinite(value) ? value : null);

interface SeriesRow {
  id: number;
  last: number | null;
  best: number | null;
  step: number;
}

export function metricQueries(db: Db) {
  const find = db.prepare('SELECT id, last, best, step FROM series WHERE run = ? AND name = ?');
  const add = db.prepare('INSERT INTO series (run, name, step) VALUES (?, ?, -1)');
  const old = db.prepare('SELECT value FROM points WHERE series = ? AND step = ?').pluck();
  const put = db.prepare('INSERT OR REPLACE INTO points (series, step, value) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE series SET last = ?, best = ?, step = ? WHERE id = ?');
  const values = db.prepare('SELECT value FROM points WHERE series = ? AND value IS NOT NULL').pluck();

  function appendSeries(run: string, name: string, points: readonly Point[]): void {
    const there = find.get(run, name) as SeriesRow | undefined;
    const row: SeriesRow = there ?? {
      id: Number(add.run(run, name).lastInsertRowid),
      last: null,
      best: null,
      step: -1,
    };
    let bestIsGone = false;
    for (const { step, value } of points) {
      const again = step <= row.step;
      const was = again ? (old.get(row.id, step) as number | null | undefined) : undefined;
      put.run(row.id, step, stored(value));
      if (was !== undefined && was === row.best && was !== value) bestIsGone = true;
      if (!Number.isFinite(value)) continue;
      if (step >= row.step) row.last = value;
      row.step = Math.max(row.step, step);
      if (row.best === null || isBetter(name, value, row.best)) row.best = value;
    }
    // Only where the best value itself was measured anew, and came out different, is the whole series read.
    if (bestIsGone)
      row.best = (values.all(row.id) as number[]).reduce((best, value) => (isBetter(name, value, best) ? value : best));
    update.run(row.last, row.best, row.step, row.id);
  }

  return {
    /** Inside the transaction of a run's batch. Adds the loss to `spark` in place. */
    append(run: string, points: readonly Point[], spark: Spark): void {
      const byName = new Map<string, Point[]>();
      for (const point of points) {
        const its = byName.get(point.name);
        if (its) its.push(point);
        else byName.set(point.name, [point]);
      }
      for (const [name, its] of byName) {
        appendSeries(run, name, its);
        if (name === sparkMetric) addToSpark(spark, its);
      }
    },
    /** Newest and best of each metric, by run. */
    summaries(run?: string): Map<string, Record<string, MetricSummary>> {
      const rows = db.prepare(
        `SELECT run, name, last, best, step FROM series WHERE last IS NOT NULL ${run === undefined ? '' : 'AND run = ?'} ORDER BY name`,
      );
      const all = (run === undefined ? rows.all() : rows.all(run)) as (MetricSummary & { run: string; name: string })[];
      const found = new Map<string, Record<string, MetricSummary>>();
      for (const { run: of, name, last, best, step } of all) {
        if (!found.has(of)) found.set(of, {});
        found.get(of)![name] = { last, best, step };
      }
      return found;
    },
    /** Whole curves, full precision; `since`: only steps after it. What was not a number comes back as NaN. */
    series(run: string, names?: readonly string[], since = -1): Record<string, Series> {
      const rows = db.prepare('SELECT id, name FROM series WHERE run = ? ORDER BY name').all(run);
      const points = db.prepare('SELECT step, value FROM points WHERE series = ? AND step > ? ORDER BY step').raw();
      const found: Record<string, Series> = {};
      for (const { id, name } of rows as { id: number; name: string }[]) {
        if (names && !names.includes(name)) continue;
        const pairs = points.all(id, since) as [number, number | null][];
        found[name] = {
          steps: Float64Array.from(pairs, ([step]) => step),
          values: Float64Array.from(pairs, ([, value]) => value ?? Number.NaN),
        };
      }
      return found;
    },
  };
}
