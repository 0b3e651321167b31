/** Runs: recorded when they are started, moved on by the batches of their job, and told truthfully when it is gone. */
import type { Checkpoint, Point, Preview, Run, RunEvent, RunStatus } from '#app/records/run';
import { type Db, writing } from './database';
import { historyQueries } from './history';
import { metricQueries } from './metrics';
import { newId, resolve } from './names';
import { isAlive, type Owner } from './owner';
import { type RunRow, runOf } from './run-row';
import { emptySpark } from './spark';

/** What is settled when a run is started; everything else begins empty. */
export type NewRun = Pick<
  Run,
  | 'name'
  | 'recipe'
  | 'preset'
  | 'config'
  | 'dataset'
  | 'datasetName'
  | 'datasetVersion'
  | 'datasetHash'
  | 'seed'
  | 'deviceChoice'
  | 'parent'
  | 'steps'
  | 'batchSize'
  | 'trainCount'
  | 'parameters'
> & {
  /** Wall-clock limit, where one was given. */
  minutes?: number | undefined;
};
/** What another process asks of the one that owns a run. */
export type Requested = 'pause' | 'resume' | 'cancel';

/** What a job tells of a run, written in one transaction. */
export interface RunBatch {
  change?: Partial<
    Pick<
      Run,
      | 'status'
      | 'step'
      | 'seconds'
      | 'itemsPerSecond'
      | 'device'
      | 'parameters'
      | 'environment'
      | 'error'
      | 'startedAt'
      | 'endedAt'
    >
  >;
  points?: Point[];
  events?: RunEvent[];
  previews?: Preview[];
  checkpoints?: Checkpoint[];
}
export interface RunEdit {
  name?: string | undefined;
  note?: string | undefined;
  tags?: string[] | undefined;
  pinned?: boolean | undefined;
  archived?: boolean | undefined;
}

/** Property of a record → its column, for those that change. */
const columns: Record<string, string> = {
  status: 'status',
  step: 'step',
  seconds: 'seconds',
  itemsPerSecond: 'items_per_second',
  device: 'device',
  parameters: 'parameters',
  environment: 'environment',
  error: 'error',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  name: 'name',
  note: 'note',
  tags: 'tags',
  pinned: 'pinned',
  archived: 'archived',
  spark: 'spark',
};
const active: readonly RunStatus[] = ['queued', 'running', 'paused'];
const activeSql = active.map((status) => `'${status}'`).join(', ');

const column = (value: unknown) => {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' ? JSON.stringify(value) : value;
};

export function runQueries(db: Db) {
  const metrics = metricQueries(db);
  const history = historyQueries(db);
  const select = db.prepare('SELECT * FROM runs WHERE id = ?');
  const named = db.prepare('SELECT id, name FROM runs ORDER BY created_at DESC, rowid DESC');
  const insert = db.prepare(
    `INSERT INTO runs (id, name, recipe, preset, config, dataset, dataset_name, dataset_version, dataset_hash, seed,
       device_choice, parent, status, step, steps, batch_size, train_count, parameters, seconds, items_per_second, spark,
       note, tags, pinned, archived, created_at, environment, minutes, owner_pid, owner_started, updated_at)
     VALUES (@id, @name, @recipe, @preset, @config, @dataset, @datasetName, @datasetVersion, @datasetHash, @seed,
       @deviceChoice, @parent, 'queued', 0, @steps, @batchSize, @trainCount, @parameters, 0, 0, @spark,
       '', '[]', 0, 0, @now, '{}', @minutes, @pid, @started, @now)`,
  );

  const get = (id: string): Run => runOf(select.get(id) as RunRow, metrics.summaries(id).get(id) ?? {});

  function set(id: string, change: Record<string, unknown>): void {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const sql = given.map(([name]) => `${columns[name]!} = ?`).concat('updated_at = ?');
    const values = given.map(([, value]) => column(value));
    db.prepare(`UPDATE runs SET ${sql.join(', ')} WHERE id = ?`).run(...values, Date.now(), id);
  }

  /** Everything one batch tells, or nothing of it. */
  const record = writing(db, (id: string, batch: RunBatch): Run => {
    const change: Record<string, unknown> = { ...batch.change };
    if (batch.points?.length) {
      const spark = JSON.parse((select.get(id) as RunRow).spark);
      metrics.append(id, batch.points, spark);
      change['spark'] = spark;
    }
    for (const event of batch.events ?? []) history.addEvent(event, id);
    for (const preview of batch.previews ?? []) history.addPreview(preview, id);
    if (batch.checkpoints) history.setCheckpoints(batch.checkpoints, id);
    set(id, change);
    if (batch.change?.status && !active.includes(batch.change.status)) release(id);
    return get(id);
  });
  const release = (id: string) =>
    db.prepare('UPDATE runs SET owner_pid = NULL, owner_started = NULL, requested = NULL WHERE id = ?').run(id);

  const interrupt = writing(db, (id: string, reason: string): Run => {
    const { step, updated_at } = select.get(id) as RunRow;
    history.addEvent({ time: updated_at, step, level: 'warning', text: `Interrupted: ${reason}` }, id);
    return record(id, { change: { status: 'interrupted', endedAt: updated_at } });
  });

  return {
    get,
    /** @throws PretextError when `word` names none or several */
    find: (word: string): Run => get(resolve('run', word, named.all() as { id: string; name: string }[])),
    /** Newest first. */
    list(archived: boolean): Run[] {
      const rows = db.prepare('SELECT * FROM runs WHERE archived = 0 OR ? ORDER BY created_at DESC, rowid DESC');
      const summaries = metrics.summaries();
      return (rows.all(Number(archived)) as RunRow[]).map((row) => runOf(row, summaries.get(row.id) ?? {}));
    },
    count: (): number => db.prepare('SELECT count(*) FROM runs').pluck().get() as number,
    add({ minutes, ...run }: NewRun, owner: Owner): Run {
      const id = newId('r');
      insert.run({
        ...run,
        id,
        parent: run.parent ?? null,
        config: JSON.stringify(run.config),
        spark: JSON.stringify(emptySpark()),
        minutes: minutes ?? null,
        pid: owner.pid,
        started: owner.started,
        now: Date.now(),
      });
      return get(id);
    },
    record,
    change(id: string, edit: RunEdit): Run {
      set(id, { ...edit });
      return get(id);
    },
    minutes: (id: string): number | undefined => (select.get(id) as RunRow).minutes ?? undefined,

    /** Makes `owner` the one who trains it, from the queue on. */
    claim: writing(db, (id: string, owner: Owner): Run => {
      db.prepare(
        'UPDATE runs SET owner_pid = ?, owner_started = ?, requested = NULL, error = NULL, ended_at = NULL WHERE id = ?',
      ).run(owner.pid, owner.started, id);
      set(id, { status: 'queued' });
      return get(id);
    }),
    /** The process that trains it; undefined once it has ended. */
    owner(id: string): Owner | undefined {
      const { owner_pid, owner_started } = select.get(id) as RunRow;
      return owner_pid === null ? undefined : { pid: owner_pid, started: owner_started ?? '' };
    },
    /** Leaves word for the process that owns the run; it looks a few times a second. */
    request(id: string, what: Requested): void {
      db.prepare('UPDATE runs SET requested = ? WHERE id = ?').run(what, id);
    },
    /** What was asked since the last look, of the runs that `owner` has. */
    requests(owner: Owner): { id: string; requested: Requested }[] {
      const mine = 'owner_pid = ? AND owner_started = ? AND requested IS NOT NULL';
      const asked = db.prepare(`SELECT id, requested FROM runs WHERE ${mine}`);
      const look = () => asked.all(owner.pid, owner.started) as { id: string; requested: Requested }[];
      if (look().length === 0) return []; // several times a second: the writer's lock is left alone
      return writing(db, () => {
        const found = look();
        db.prepare(`UPDATE runs SET requested = NULL WHERE ${mine}`).run(owner.pid, owner.started);
        return found;
      })();
    },
    /** Runs that changed since `time` by the hand of another process, for a window beside a command line. */
    changedSince(time: number, self: Owner): Run[] {
      const rows = db
        .prepare('SELECT id FROM runs WHERE updated_at > ? AND owner_pid IS NOT ? ORDER BY created_at')
        .pluck();
      return (rows.all(time, self.pid) as string[]).map(get);
    },

    /** Marks as interrupted what was under way in a process that is gone, and what `self` left in an earlier session. */
    sweep(self: Owner): Run[] {
      const rows = db.prepare(
        `SELECT id, owner_pid AS pid, owner_started AS started FROM runs WHERE status IN (${activeSql}) ORDER BY created_at`,
      );
      return (rows.all() as ({ id: string } & Owner)[])
        .filter((row) => row.pid === self.pid || !isAlive(row))
        .map(({ id, pid }) => interrupt(id, `the process that trained it (${pid}) is gone`));
    },
    interrupt,

    metrics: (id: string, names?: readonly string[], since?: number) => metrics.series(id, names, since),
    events: history.events,
    previewSteps: history.previewSteps,
    preview: history.preview,
    checkpoints: history.checkpoints,
  };
}
