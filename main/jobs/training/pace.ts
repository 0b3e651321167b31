/** The clock of a training run: seconds without pauses, speed of late, and when it will be over. */

/** The speed shown is that of the steps of the last 5 s. */
const window = 5_000; // ms

export interface Pace {
  /** Seconds of training: validations included, pauses left out, those before a resume included. */
  seconds(): number;
  /** Does one step and counts it. */
  step<T>(work: () => Promise<T>): Promise<T>;
  itemsPerSecond(): number;
  /** Seconds until `steps` more are done, or until the limit, whichever comes first. */
  secondsLeft(steps: number): number | undefined;
  /** Whether the limit has passed. It counts this sitting: a run that is resumed for five minutes gets five more. */
  overtime(): boolean;
  /** Stops the clock; the function that comes back starts it again. */
  pause(): () => void;
}

export interface PaceOptions {
  /** Seconds of training before this sitting. */
  before: number;
  batchSize: number;
  limitSeconds: number | undefined;
  now?: () => number; // ms
}

export function startPace({ before, batchSize, limitSeconds, now = () => performance.now() }: PaceOptions): Pace {
  const start = now();
  let paused = 0; // ms
  let stepping = 0; // ms in steps so far
  const recent: { end: number; length: number }[] = []; // ms
  const elapsed = () => now() - start - paused;
  const limitLeft = () => (limitSeconds === undefined ? Number.POSITIVE_INFINITY : limitSeconds - elapsed() / 1000);
  const stepLength = () => recent.reduce((sum, { length }) => sum + length, 0) / recent.length; // ms, NaN before step 1

  return {
    seconds: () => before + elapsed() / 1000,
    async step(work) {
      const from = now();
      const result = await work();
      const length = now() - from;
      stepping += length;
      recent.push({ end: from + length, length });
      while (recent[0]!.end < from + length - window) recent.shift();
      return result;
    },
    itemsPerSecond: () => (batchSize * 1000) / stepLength() || 0,
    secondsLeft(steps) {
      // Validations and checkpoints take their share on top of the steps.
      const inSteps = (stepLength() / 1000) * steps * (elapsed() / stepping);
      const soonest = Math.max(0, Math.min(Number.isNaN(inSteps) ? Number.POSITIVE_INFINITY : inSteps, limitLeft()));
      return Number.isFinite(soonest) ? soonest : undefined;
    },
    overtime: () => limitLeft() <= 0,
    pause() {
      const since = now();
      return () => {
        paused += now() - since;
      };
    },
  };
}
