/** The queue of training runs: one at a time, in the order they were started; pause, resume, cancel; truth after a crash. */
import { PretextError, type Tell } from '#app/contract';
import type { Job } from '#app/records/job';
import type { Device, Run } from '#app/records/run';
import type { Folders, Hosts, Running, Tasks } from '#main/jobs/protocol';
import type { Owner, RemoteStore, Requested } from '#main/store';
import { type JobCenter, outcomeOf, progressOf } from './job-center';
import { createRecorder } from './recorder';

interface Entry {
  run: string;
  /** The record when it was claimed: what is told of the run should the store not answer at its end. */
  claimed: Run;
  job: string;
  resume: boolean;
  running?: Running<'train'>;
  /** Ends once the run has ended, whatever came of it. */
  done: Promise<void>;
}

export interface Training {
  /** Puts a run at the end of the queue. `resume`: from its last checkpoint. */
  enqueue(run: Run, resume: boolean): Promise<Run>;
  pause(run: Run): Promise<Run>;
  /** Goes on after a pause; a run that has ended unfinished is queued again, from its last checkpoint. */
  resume(run: Run): Promise<Run>;
  cancel(run: Run): Promise<Run>;
  /** Ids of the runs that train or wait here. */
  active(): string[];
  /** Stops what trains after a last checkpoint; it and what waits become `interrupted`. */
  close(): Promise<void>;
}

export interface TrainingOptions {
  store: RemoteStore;
  hosts: Hosts;
  jobs: JobCenter;
  tell: Tell;
  folders: Folders;
  owner: Owner;
  /** The devices' speed as far as it is known, Gflop/s. */
  peakGflops?(): Promise<Partial<Record<Device, number>>>;
  /** How often this process looks for what others ask of its runs, ms. */
  lookEvery?: number;
}

export function createTraining(options: TrainingOptions): Training {
  const { store, hosts, jobs, tell, folders, owner, lookEvery = 400 } = options;
  const queue: Entry[] = [];
  let current: Entry | undefined;
  let closing = false;
  let looking: NodeJS.Timeout | undefined;
  /** Ends that could not be written (the disk was full); tried again before anything else is asked of the run. */
  const owed = new Map<string, () => Promise<Run>>();

  const entryOf = (run: string) => (current?.run === run ? current : queue.find((entry) => entry.run === run));

  /** Starts the next of the queue unless one is under way. */
  function next(): void {
    if (current || closing) return;
    current = queue.shift();
    if (!current) {
      clearInterval(looking);
      looking = undefined;
      return;
    }
    current.done = train(current)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        current = undefined;
        next();
      });
  }

  async function train(entry: Entry): Promise<void> {
    const ends = {
      status: 'failed' as Run['status'],
      step: undefined as number | undefined,
      message: undefined as string | undefined,
    };
    let broken: unknown;
    const recorder = createRecorder(store, entry.run, tell, (error) => {
      broken ??= error; // the disk is full, say: nothing more can be recorded, so nothing more is trained
      entry.running?.signal('stop');
    });
    try {
      const run = await recorder.finish({ status: 'running', startedAt: Date.now() });
      jobs.change(entry.job, { status: 'running', startedAt: Date.now() });
      const ask = await askOf(run, entry.resume);
      entry.running = hosts.run('train', 'train', ask, (note) => {
        recorder.take(note);
        if (note.kind === 'progress') {
          ends.step = note.done;
          jobs.change(entry.job, progressOf(note), 'soon');
        }
        if (note.kind === 'state') jobs.change(entry.job, { status: note.status, device: note.device }, 'soon');
      });
      if (closing) entry.running.signal('stop');
      const { status, step, seconds } = await entry.running.done;
      Object.assign(ends, { status, step });
      await recorder.finish({ step, seconds });
      if (broken) throw broken;
    } catch (error) {
      Object.assign(ends, outcomeOf(broken ?? error));
    }
    if (closing && ends.status === 'cancelled') ends.status = 'interrupted';
    await conclude(entry, recorder.finish, ends);
  }

  async function askOf(run: Run, resume: boolean): Promise<Tasks['train']['ask']> {
    const [dataset, minutes, saved, peakGflops] = await Promise.all([
      store.datasets.get(run.dataset),
      store.runs.minutes(run.id),
      store.runs.checkpoints(run.id),
      options.peakGflops?.(),
    ]);
    const last = saved.at(-1);
    return {
      folders,
      run,
      dataset,
      resume: resume && last !== undefined, // nothing recorded as saved: it begins again
      ...(resume && last && { upTo: last.step }),
      ...(minutes !== undefined && { minutes }),
      ...(peakGflops && { peakGflops }),
    };
  }

  async function conclude(
    { run, job, claimed }: Entry,
    finish: (change: { status: Run['status']; step?: number; endedAt: number; error?: string }) => Promise<Run>,
    { status, step, message }: { status: Run['status']; step: number | undefined; message: string | undefined },
  ): Promise<void> {
    const failed = status === 'failed' || status === 'interrupted';
    let line = message;
    const end = {
      ...{ status, endedAt: Date.now() },
      ...(step !== undefined && { step }),
      ...(failed && message && { error: message }),
    };
    try {
      const record = await finish(end);
      if (failed) await note(run, record.step, status, message);
    } catch (error) {
      const why = outcomeOf(error).message;
      line = message && message !== why ? `${message} The end of the run could not be recorded either: ${why}` : why;
      owed.set(run, () => finish(end));
      // It has ended all the same, and whoever waits for that must hear of it.
      const known = await store.runs.get(run).catch(() => claimed);
      tell('run.changed', { ...known, ...end, status: status === 'finished' ? 'failed' : status, error: line });
    }
    jobs.change(job, { status: status as Job['status'], endedAt: Date.now(), ...(line && { message: line }) });
  }

  /** A line in the run's log about its end. */
  async function note(run: string, step: number, status: string, message = ''): Promise<void> {
    const level = status === 'failed' ? ('error' as const) : ('warning' as const);
    const text = `${status === 'failed' ? 'Failed' : 'Interrupted'}${message && `: ${message}`}`;
    const event = { time: Date.now(), step, level, text };
    await store.runs.record(run, { events: [event] });
    tell('run.event', { run, event });
  }

  /** Does what other processes have asked of our runs. */
  async function look(): Promise<void> {
    for (const { id, requested } of await store.runs.requests(owner)) {
      const run = await store.runs.get(id);
      await training[requested](run).catch(() => {}); // it may have ended meanwhile
    }
  }

  /** Leaves word for the process that has the run, and waits until it has acted. */
  async function askOwner(run: Run, what: Requested): Promise<Run> {
    await store.runs.request(run.id, what);
    const wanted: Record<Requested, (now: Run) => boolean> = {
      pause: ({ status }) => status !== 'running' && status !== 'queued',
      resume: ({ status }) => status !== 'paused',
      cancel: ({ status }) => !isActive(status),
    };
    for (let waited = 0; waited < 15_000; waited += 200) {
      const now = await store.runs.get(run.id);
      if (wanted[what](now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new PretextError(`run ${run.id}: the process that trains it did not ${what} it within 15 s`, {
      advice: 'look whether that process is still at work, or end it',
    });
  }

  /** @throws PretextError while the disk is still full, say */
  async function paid(run: Run): Promise<Run> {
    const record = await owed.get(run.id)?.();
    owed.delete(run.id);
    return record ?? run;
  }

  const refuse = (run: Run, verb: string) =>
    new PretextError(`run ${run.id} (${run.name}) cannot be ${verb}: it is ${run.status}`, {
      kind: 'usage',
      ...(run.status === 'finished' &&
        verb === 'resumed' && {
          advice: `to train it further, start a run from it: \`pretext train ${run.recipe} --data ${run.dataset} --from ${run.id}\``,
        }),
    });

  const training: Training = {
    async enqueue(run, resume) {
      const claimed = await store.runs.claim(run.id, owner);
      const title = `Train ${run.name}`;
      const progress = { done: run.step, total: run.steps, unit: 'steps' };
      const stop = () => void training.cancel(claimed).catch(() => {});
      const job = jobs.open({ kind: 'train', title, run: run.id, dataset: run.dataset, progress }, stop);
      queue.push({ run: run.id, claimed, job: job.id, resume, done: Promise.resolve() });
      looking ??= setInterval(() => void look().catch(() => {}), lookEvery);
      tell('run.changed', claimed);
      next();
      return claimed;
    },

    async pause(asked) {
      const run = await paid(asked);
      const entry = entryOf(run.id);
      if (!entry && isActive(run.status)) return askOwner(run, 'pause');
      if (!entry?.running || run.status === 'paused') throw refuse(run, 'paused');
      entry.running.signal('pause');
      return settled(run.id, ({ status }) => status !== 'running');
    },

    async resume(asked) {
      const run = await paid(asked);
      const entry = entryOf(run.id);
      if (entry) {
        if (run.status !== 'paused') throw refuse(run, 'resumed');
        entry.running?.signal('resume');
        return settled(run.id, ({ status }) => status !== 'paused');
      }
      if (run.status === 'paused') return askOwner(run, 'resume');
      if (isActive(run.status) || run.status === 'finished') throw refuse(run, 'resumed');
      return training.enqueue(run, true);
    },

    async cancel(asked) {
      const run = await paid(asked);
      const entry = entryOf(run.id);
      if (!entry) {
        if (!isActive(run.status)) throw refuse(run, 'cancelled');
        return askOwner(run, 'cancel');
      }
      const waiting = queue.indexOf(entry);
      if (waiting >= 0) {
        queue.splice(waiting, 1);
        const record = await store.runs.record(run.id, { change: { status: 'cancelled', endedAt: Date.now() } });
        jobs.change(entry.job, { status: 'cancelled', endedAt: Date.now() });
        tell('run.changed', record);
        next();
        return record;
      }
      while (!entry.running && current === entry) await pauseFor(20); // it is just being started
      entry.running?.signal('stop');
      await entry.done;
      return store.runs.get(run.id);
    },

    active: () => [...(current ? [current] : []), ...queue].map(({ run }) => run),

    async close() {
      closing = true;
      clearInterval(looking);
      for (const { run, job } of queue.splice(0)) {
        tell('run.changed', await store.runs.interrupt(run, 'the program was closed before its turn'));
        jobs.change(job, { status: 'interrupted', endedAt: Date.now() });
      }
      current?.running?.signal('stop');
      await current?.done;
      for (const pay of owed.values()) await pay().catch(() => {}); // else the next start finds it interrupted
    },
  };

  /** The record once the host's answer to a signal has reached the store; after two seconds as it is. */
  async function settled(run: string, is: (record: Run) => boolean): Promise<Run> {
    for (let waited = 0; waited < 2000; waited += 50) {
      const record = await store.runs.get(run);
      if (is(record)) return record;
      await pauseFor(50);
    }
    return store.runs.get(run);
  }
  return training;
}

export const isActive = (status: Run['status']): boolean =>
  status === 'queued' || status === 'running' || status === 'paused';
const pauseFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
