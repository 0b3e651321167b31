/** Tells main of a training run: every step is measured, but at most five messages a second carry the points. */
import type { Device, MetricSummary, Point, RunEvent } from '#app/records/run';
import type { TaskContext } from '../task';
import type { Pace } from './pace';

const apart = 200; // ms between messages
const statesApart = 1_000; // ms; the speed need not flicker

export interface ReporterOptions {
  context: TaskContext;
  pace: Pace;
  device: Device;
  steps: number;
  headline: { metric: string; better: 'less' | 'more' };
  metrics: Record<string, MetricSummary>;
}

export interface Reporter {
  /** Newest and best value of each metric so far. */
  readonly metrics: Record<string, MetricSummary>;
  /** Figures of a step, by metric name. They are sent with the next message. */
  points(step: number, figures: Record<string, number>): void;
  event(step: number, level: RunEvent['level'], text: string, mark?: boolean): void;
  state(status: 'running' | 'paused', step: number): void;
  /** Sends what has gathered, if it is time to. */
  tick(step: number): void;
  /** Sends what has gathered. */
  flush(step: number): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { context, pace, device, steps, headline } = options;
  const metrics = structuredClone(options.metrics);
  let gathered: Point[] = [];
  let sent = Number.NEGATIVE_INFINITY;
  let stateSent = Number.NEGATIVE_INFINITY;
  let stepSent = -1;

  const isBetter = (name: string, value: number, best: number) =>
    Number.isNaN(best) || (name === headline.metric && headline.better === 'more' ? value > best : value < best);

  function state(status: 'running' | 'paused', step: number): void {
    stateSent = performance.now();
    const [seconds, itemsPerSecond] = [pace.seconds(), pace.itemsPerSecond()];
    context.note({ kind: 'state', status, step, seconds, itemsPerSecond, device });
  }

  function flush(step: number): void {
    sent = performance.now();
    if (gathered.length > 0) context.note({ kind: 'points', points: gathered });
    gathered = [];
    if (step === stepSent) return;
    stepSent = step;
    const secondsLeft = pace.secondsLeft(steps - step);
    const left = secondsLeft === undefined ? {} : { secondsLeft };
    context.note({ kind: 'progress', done: step, total: steps, unit: 'steps', ...left });
    if (sent - stateSent >= statesApart) state('running', step);
  }

  return {
    metrics,
    points(step, figures) {
      for (const [name, value] of Object.entries(figures)) {
        gathered.push({ step, name, value });
        const known = metrics[name];
        const best = known && !isBetter(name, value, known.best) ? known.best : value;
        metrics[name] = { last: value, best, step };
      }
    },
    event: (step, level, text, mark) =>
      context.note({ kind: 'event', event: { time: Date.now(), step, level, text, ...(mark && { mark }) } }),
    state,
    tick(step) {
      if (performance.now() - sent >= apart) flush(step);
    },
    flush,
  };
}
