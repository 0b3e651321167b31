/** The runs of the open project, kept fresh by facts, with the curves and the log of those that are looked at. */
import { untrack } from 'svelte';
import type { Run, RunEvent, StartRun } from '#app/records/run';
import { call, listen } from './bridge';
import { RunMetrics } from './metrics.svelte';
import { project } from './project.svelte';

/** The log of one run; `list` is replaced, never changed in place. */
class RunLog {
  list = $state.raw<RunEvent[]>([]);
  loaded = $state(false);
}

const underWay = new Set<Run['status']>(['running', 'paused', 'queued']);
export const isUnderWay = (run: Run): boolean => underWay.has(run.status);
/** How much of its steps a run has done, 0–1. */
export const shareOf = (run: Run): number => (run.steps > 0 ? Math.min(1, run.step / run.steps) : 0);
/** Seconds to the end at the pace so far; undefined before there is one. */
export function secondsLeft(run: Run): number | undefined {
  if (run.step === 0 || run.seconds === 0) return undefined;
  return ((run.steps - run.step) * run.seconds) / run.step;
}

class Runs {
  readonly #records = $state.raw(new Map<string, Run>());
  #version = $state(0);
  /** Made with the record: a derivation does not follow what is made while it runs, and the first to ask often is one. */
  #metrics = new Map<string, RunMetrics>();
  /** Runs whose curves were asked for. */
  #asked = new Set<string>();
  #logs = new Map<string, RunLog>();
  loaded = $state(false);

  /** Newest first, with the archived. */
  readonly all: Run[] = $derived.by(() => {
    this.#version;
    return [...this.#records.values()].sort((a, b) => b.createdAt - a.createdAt);
  });
  readonly list: Run[] = $derived(this.all.filter(({ archived }) => !archived));
  /** Running, paused and queued, in the order in which they will run. */
  readonly underWay: Run[] = $derived(
    this.list
      .filter(isUnderWay)
      .sort((a, b) => Number(a.status === 'queued') - Number(b.status === 'queued') || a.createdAt - b.createdAt),
  );

  byId(id: string | undefined): Run | undefined {
    this.#version;
    return id === undefined ? undefined : this.#records.get(id);
  }

  start(): void {
    listen('run.changed', (run) => this.put(run));
    listen('run.points', ({ run, points }) => this.#asked.has(run) && this.#metrics.get(run)?.append(points));
    listen('run.event', ({ run, event }) => {
      const log = this.#logs.get(run);
      if (log) log.list = [...log.list, event];
    });
    project.onOpen(() => this.read());
  }
  async read(): Promise<void> {
    const list = project.current ? await call('runs.list', { archived: true }) : [];
    this.#records.clear();
    this.#metrics.clear();
    this.#asked.clear();
    this.#logs.clear();
    for (const run of list) {
      this.#records.set(run.id, run);
      this.#curvesOf(run.id);
    }
    this.loaded = true;
    this.#version = untrack(() => this.#version) + 1;
  }
  put(run: Run): void {
    this.#records.set(run.id, run);
    this.#curvesOf(run.id);
    this.#version = untrack(() => this.#version) + 1;
  }

  /** The curves of a run: read once, then appended to as points come. Safe to ask for as often as wanted. */
  metrics(id: string): RunMetrics {
    const metrics = this.#curvesOf(id);
    if (this.#asked.has(id)) return metrics;
    this.#asked.add(id);
    void call('runs.metrics', { run: id }).then(
      (stored) => metrics.fill(stored),
      () => this.#asked.delete(id),
    );
    return metrics;
  }
  #curvesOf(id: string): RunMetrics {
    const known = this.#metrics.get(id);
    if (known) return known;
    const made = new RunMetrics();
    this.#metrics.set(id, made);
    return made;
  }
  /** The log of a run, oldest first, growing as it runs. */
  log(id: string): RunLog {
    const known = this.#logs.get(id);
    if (known) return known;
    const made = new RunLog();
    this.#logs.set(id, made);
    void call('runs.events', { run: id }).then(
      (stored) => {
        const last = stored.at(-1)?.time ?? 0;
        made.list = [...stored, ...made.list.filter(({ time }) => time > last)];
        made.loaded = true;
      },
      () => this.#logs.delete(id),
    );
    return made;
  }

  async begin(ask: StartRun): Promise<Run> {
    const run = await call('runs.start', ask);
    this.put(run);
    return run;
  }
  async pause(id: string): Promise<void> {
    this.put(await call('runs.pause', { run: id }));
  }
  async resume(id: string): Promise<void> {
    this.put(await call('runs.resume', { run: id }));
  }
  async cancel(id: string): Promise<void> {
    this.put(await call('runs.cancel', { run: id }));
  }
  async change(
    id: string,
    change: { name?: string; note?: string; tags?: string[]; pinned?: boolean; archived?: boolean },
  ): Promise<void> {
    this.put(await call('runs.change', { run: id, ...change }));
  }
}

export const runs = new Runs();
