/** From steps to training time: when each step was done, pauses left out, read from the run's log. */
import type { RunEvent } from '#app/records/run';

export interface Pace {
  /** Training seconds at which a step was done; between known steps in a straight line. */
  secondsAt(step: number): number;
}

/**
 * events: with the time and step of each. Two events of one step have nothing trained between them: a pause, left out.
 * The whole is scaled to the run's own count of seconds.
 */
export function paceOf(events: readonly Pick<RunEvent, 'time' | 'step'>[], step: number, seconds: number): Pace {
  const steps = [0];
  const elapsed = [0];
  let before: { time: number; step: number } | undefined;
  for (const event of events) {
    if (before && event.step > before.step && event.time > before.time) {
      steps.push(event.step);
      elapsed.push(elapsed.at(-1)! + (event.time - before.time) / 1000);
    }
    if (!before || event.step >= before.step) before = event;
  }
  const known = steps.at(-1)!;
  // What the log does not reach goes on at the run's mean pace.
  const scale = elapsed.at(-1)! > 0 && step > 0 && known > 0 ? (seconds * known) / step / elapsed.at(-1)! : 0;
  const each = step > 0 ? seconds / step : 0;
  return {
    secondsAt(at) {
      if (scale === 0 || at >= known) return at * each;
      let high = steps.findIndex((one) => one >= at);
      if (high <= 0) high = 1;
      const [from, to] = [steps[high - 1]!, steps[high]!];
      const share = (at - from) / Math.max(1, to - from);
      return scale * (elapsed[high - 1]! + share * (elapsed[high]! - elapsed[high - 1]!));
    },
  };
}
