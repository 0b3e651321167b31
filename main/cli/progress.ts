/** How far a job is, on stderr: a bar on a terminal, now and then a plain line elsewhere. */
import type { Job } from '#app/records/job';
import { duration, type Streams } from './output';

/** Without a terminal a line appears at most this often, ms. */
const plainEvery = 5000;

export interface Progress {
  /** `extra`: what else is worth showing, such as the loss. */
  show(job: Pick<Job, 'title' | 'progress' | 'secondsLeft'>, extra?: string): void;
  /** A line of its own between updates. */
  say(text: string): void;
  /** Clears the bar. */
  end(): void;
}

export function createProgress(err: Streams['err'], now: () => number = Date.now): Progress {
  let last = Number.NEGATIVE_INFINITY;
  let said = '';
  const clear = () => err.isTTY && err.write('\r\x1b[K');
  return {
    show(job, extra) {
      const text = progressText(job, extra);
      if (err.isTTY) return void err.write(`\r\x1b[K${fit(`${barOf(job.progress)} ${text}`, err.columns ?? 80)}`);
      if (text === said || now() - last < plainEvery) return;
      last = now();
      said = text;
      err.write(`${text}\n`);
    },
    say(text) {
      clear();
      err.write(`${text}\n`);
    },
    end: () => void clear(),
  };
}

export function progressText({ title, progress, secondsLeft }: Parameters<Progress['show']>[0], extra = ''): string {
  const left = secondsLeft === undefined ? '' : `${duration(secondsLeft)} left`;
  const parts = [amountOf(progress), extra, left].filter((part) => part !== '');
  return parts.length > 0 ? `${title}: ${parts.join(', ')}` : title;
}

/** `81 of 1500 steps (5 %)`; nothing while nothing is known. */
function amountOf({ done, total, unit }: Job['progress']): string {
  if (unit === '%') return `${Math.floor(done)} %`;
  if (total > 0) return `${done} of ${total} ${unit} (${Math.floor((100 * done) / total)} %)`;
  return done > 0 ? `${done} ${unit}` : '';
}

const width = 24; // characters of the bar
function barOf({ done, total }: Job['progress']): string {
  const full = total > 0 ? Math.min(width, Math.round((width * done) / total)) : 0;
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}
const fit = (text: string, columns: number) =>
  text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
