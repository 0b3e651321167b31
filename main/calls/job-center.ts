/** Every long piece of work as a record that can be seen and stopped: what runs, waits and has ended since the start. */
import { failureOf, PretextError, sentencesOf, type Tell } from '#app/contract';
import type { Job, JobKind, JobStatus } from '#app/records/job';
import { HostDied } from '#main/jobs/hosts';
import type { Hosts, Note, Running, TaskName, Tasks } from '#main/jobs/protocol';
import { nearest, newId } from '#main/store';

/** Facts about one job's progress go out at most this often, ms. */
export const pace = 250;
const ended: readonly JobStatus[] = ['finished', 'failed', 'cancelled', 'interrupted'];
export const hasEnded = ({ status }: Job): boolean => ended.includes(status);

/** Long work that a host does, with what to do about its notes and its end. */
export interface Work<K extends TaskName> {
  kind: JobKind;
  title: string;
  run?: string;
  dataset?: string;
  lane: 'data' | 'look' | 'project' | 'probe';
  task: K;
  ask: Tasks[K]['ask'];
  note?(note: Note): void;
  /** Work that takes longer is ended with its process: it may hang in native code. */
  limit?: { seconds: number; message: string };
  /** Writes what came of it; its word is the job's last line. */
  finish?(result: Tasks[K]['result']): Promise<string | undefined> | string | undefined;
  /** It failed or was stopped: undo what was begun. */
  undo?(): Promise<void>;
}

export interface Started<K extends TaskName> {
  job: Job;
  result: Promise<Tasks[K]['result']>;
  /** For work that can be held up and gone on with. */
  signal: Running<K>['signal'];
}

export interface JobCenter {
  list(): Job[];
  get(id: string): Job;
  /** Records work that something else carries out (training). `stop` is what cancelling it means. */
  open(job: Pick<Job, 'kind' | 'title'> & Partial<Job>, stop: () => void): Job;
  /** Tells a change; `soon` may wait for the next quarter of a second. */
  change(id: string, change: Partial<Job>, when?: 'now' | 'soon'): Job;
  /** Starts work in a host. `result` rejects as the task does, after the job says why. */
  start<K extends TaskName>(hosts: Hosts, work: Work<K>): Started<K>;
  cancel(id: string): Job;
  /** Forgets those that have ended. */
  clear(): void;
}

/** What becomes of a job whose work ended with `error`, and its line. */
export function outcomeOf(error: unknown): { status: JobStatus; message: string } {
  const failure = failureOf(error);
  const text = sentencesOf(failure);
  if (failure.kind === 'cancelled') return { status: 'cancelled', message: text };
  return { status: error instanceof HostDied ? 'interrupted' : 'failed', message: text };
}

export function createJobCenter(tell: Tell): JobCenter {
  const jobs = new Map<string, { job: Job; stop: () => void; told: number; later: NodeJS.Timeout | undefined }>();

  function entry(id: string) {
    const found = jobs.get(id);
    if (found) return found;
    const near = nearest(id, [...jobs.keys()]);
    throw new PretextError(`there is no job “${id}”`, {
      kind: 'usage',
      advice: near.length > 0 ? `nearest: ${near.join(', ')}` : 'it may have been cleared',
    });
  }

  function change(id: string, change: Partial<Job>, when: 'now' | 'soon' = 'now'): Job {
    const one = entry(id);
    one.job = { ...one.job, ...change };
    const wait = when === 'now' ? 0 : one.told + pace - Date.now();
    const send = () => {
      clearTimeout(one.later);
      one.later = undefined;
      one.told = Date.now();
      tell('job.changed', one.job);
    };
    if (wait <= 0) send();
    else one.later ??= setTimeout(send, wait);
    return one.job;
  }

  const center: JobCenter = {
    list: () => [...jobs.values()].map(({ job }) => job).reverse(),
    get: (id) => entry(id).job,
    open(given, stop) {
      const job: Job = {
        id: newId('j'),
        status: 'queued',
        progress: { done: 0, total: 0, unit: '' },
        createdAt: Date.now(),
        ...given,
      };
      jobs.set(job.id, { job, stop, told: 0, later: undefined });
      tell('job.changed', job);
      return job;
    },
    change,
    start(hosts, { kind, title, run, dataset, lane, task, ask, note, limit, finish, undo }) {
      const running = hosts.run(lane, task, ask, (told) => {
        if (told.kind === 'progress') change(job.id, progressOf(told), 'soon');
        note?.(told);
      });
      const named = { kind, title, ...(run && { run }), ...(dataset && { dataset }) };
      const job = center.open({ ...named, status: 'running', startedAt: Date.now() }, () => running.signal('stop'));
      const result = (async () => {
        try {
          const done = await withinLimit(running, limit);
          const message = await finish?.(done);
          end(job.id, { status: 'finished', ...(message && { message }) });
          return done;
        } catch (error) {
          await undo?.().catch(() => {}); // the first error is the one to tell
          end(job.id, outcomeOf(error));
          throw error;
        }
      })();
      result.catch(() => {}); // told by the job; who awaits it still gets it
      return { job, result, signal: (signal) => running.signal(signal) };
    },
    cancel(id) {
      const one = entry(id);
      if (!hasEnded(one.job)) one.stop();
      return one.job;
    },
    clear() {
      for (const [id, { job }] of jobs) if (hasEnded(job)) jobs.delete(id);
    },
  };

  function end(id: string, how: Pick<Job, 'status'> & { message?: string }): void {
    const { secondsLeft: _, ...job } = entry(id).job;
    entry(id).job = job;
    change(id, { ...how, endedAt: Date.now() });
  }
  return center;
}

/** What the task gives; or, when it takes longer than it may, an error in place of the end of its process. */
async function withinLimit<K extends TaskName>(
  running: Running<K>,
  limit: { seconds: number; message: string } | undefined,
): Promise<Tasks[K]['result']> {
  if (!limit) return running.done;
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    running.kill();
  }, 1000 * limit.seconds);
  try {
    return await running.done;
  } catch (error) {
    if (!over) throw error;
    throw new PretextError(limit.message, { advice: 'it was stopped; nothing was changed', cause: error });
  } finally {
    clearTimeout(timer);
  }
}

export const progressOf = ({ done, total, unit, secondsLeft }: Extract<Note, { kind: 'progress' }>): Partial<Job> => ({
  progress: { done, total, unit },
  ...(secondsLeft !== undefined && { secondsLeft }),
});
