/** Long work of every kind: what runs, what waits, what has ended. */
import type { Job, JobKind } from '#app/records/job';
import { call, listen } from './bridge';

export const jobWords: Record<JobKind, string> = {
  import: 'importing',
  train: 'training',
  evaluate: 'evaluating',
  anomaly: 'scoring',
  codebook: 'encoding',
  latent: 'encoding',
  generator: 'comparing',
  projector: 'laying out',
  profile: 'measuring',
  apply: 'applying',
  export: 'exporting',
  report: 'writing the report',
};
const ended = new Set<Job['status']>(['finished', 'failed', 'cancelled', 'interrupted']);
export const hasEnded = (job: Job): boolean => ended.has(job.status);
/** 0–1; undefined while the total is not known. */
export const shareDone = ({ progress }: Job): number | undefined =>
  progress.total > 0 ? Math.min(1, progress.done / progress.total) : undefined;

class Jobs {
  #all = $state.raw<Job[]>([]);
  readonly running: Job[] = $derived(this.#all.filter(({ status }) => status === 'running' || status === 'paused'));
  readonly waiting: Job[] = $derived(
    this.#all.filter(({ status }) => status === 'queued').sort((a, b) => a.createdAt - b.createdAt),
  );
  /** Newest first. */
  readonly ended: Job[] = $derived(
    this.#all.filter(hasEnded).sort((a, b) => (b.endedAt ?? b.createdAt) - (a.endedAt ?? a.createdAt)),
  );
  readonly #ending = new Set<(job: Job) => void>();

  byId(id: string | undefined): Job | undefined {
    return this.#all.find((job) => job.id === id);
  }

  async start(): Promise<void> {
    listen('job.changed', (job) => this.put(job));
    this.#all = await call('jobs.list');
  }
  put(job: Job): void {
    const before = this.byId(job.id);
    this.#all = before ? this.#all.map((old) => (old.id === job.id ? job : old)) : [...this.#all, job];
    if (hasEnded(job) && !(before && hasEnded(before))) for (const heard of this.#ending) heard(job);
  }
  /** Hears of every job that ends while the window is open. */
  onEnd(heard: (job: Job) => void): () => void {
    this.#ending.add(heard);
    return () => void this.#ending.delete(heard);
  }

  /** Waits for the end of a job, whatever it is. */
  untilEnded(id: string): Promise<Job> {
    const now = this.byId(id);
    if (now && hasEnded(now)) return Promise.resolve(now);
    return new Promise((resolve) => {
      const stop = this.onEnd((job) => {
        if (job.id !== id) return;
        stop();
        resolve(job);
      });
    });
  }

  async cancel(id: string): Promise<void> {
    this.put(await call('jobs.cancel', { job: id }));
  }
  /** Takes what has ended off the list. */
  async clear(): Promise<void> {
    await call('jobs.clear');
    this.#all = this.#all.filter((job) => !hasEnded(job));
  }
}

export const jobs = new Jobs();
