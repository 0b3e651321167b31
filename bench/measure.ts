/** Timing that survives a noisy machine: contestants take turns, and the turns in which others worked least count. */

import { cpus } from 'node:os';

export interface Contestant {
  readonly name: string;
  /** Steps in one turn; enough that a turn takes a tenth of a second or more. */
  readonly steps: number;
  /** Floating-point operations of one step. */
  readonly flops: number;
  step(): Promise<void>;
  close?(): Promise<void>;
}

interface Turn {
  /** Milliseconds of one step on the clock. */
  readonly wall: number;
  /** Milliseconds of one step on all cores together. */
  readonly cpu: number;
  /** Cores that other processes used meanwhile. */
  readonly foreign: number;
}

export interface Timing {
  readonly name: string;
  readonly flops: number;
  readonly turns: readonly Turn[];
  /** How many of the turns were quiet; the quietest fill up the number. */
  readonly quiet: number;
}

/** A turn is quiet when others used less than this share of one core. */
const QUIET = 0.15;

export interface Patience {
  /** Quiet turns wanted of each contestant. */
  turns: number;
  /** Give up waiting for quiet after so many rounds. */
  rounds: number;
}

export async function takeTurns(contestants: readonly Contestant[], { turns, rounds }: Patience): Promise<Timing[]> {
  for (const { step } of contestants) {
    await step();
    await step();
  }
  const taken = contestants.map((): Turn[] => []);
  const quiet = (place: number) => taken[place]!.filter(({ foreign }) => foreign < QUIET);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const place = (turn + round) % contestants.length; // the order rotates: position alone can cost 15 %
      if (quiet(place).length < turns) taken[place]!.push(await timed(contestants[place]!));
    }
  }
  return contestants.map(({ name, flops }, place) => {
    const quietest = [...taken[place]!].sort((a, b) => a.foreign - b.foreign).slice(0, turns);
    return { name, flops, quiet: quiet(place).length, turns: quietest };
  });
}

async function timed({ steps, step }: Contestant): Promise<Turn> {
  const [busy, own, start] = [busyTime(), process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) await step();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(own);
  const cpu = (user + system) / 1000;
  return { wall: wall / steps, cpu: cpu / steps, foreign: Math.max(0, busyTime() - busy - cpu) / wall };
}

/** Milliseconds that all cores together have worked since the machine started. */
const busyTime = (): number =>
  cpus().reduce((total, { times }) => total + times.user + times.nice + times.sys + times.irq, 0);

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, low: sorted[0]!, high: sorted.at(-1)! };
}

export const wall = ({ turns }: Timing): Spread => spread(turns.map((turn) => turn.wall));

/** GFLOP/s on the clock, or for each second of one core. */
export const speed = ({ flops, turns }: Timing, by: 'wall' | 'cpu' = 'wall'): Spread =>
  spread(turns.map((turn) => flops / turn[by] / 1e6));

/**
 * How many times as fast `fast` is as `slow`: by medians, and by the worst and best pairing of quartiles. Wall time is
 * what a user waits for; CPU time hardly changes when other processes take the cores away.
 */
export function ratio(slow: Timing, fast: Timing, by: 'wall' | 'cpu'): Spread {
  const quartiles = ({ turns }: Timing) => {
    const sorted = turns.map((turn) => turn[by]).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
    return [at(0.25), at(0.5), at(0.75)] as const;
  };
  const [s, f] = [quartiles(slow), quartiles(fast)];
  return { median: s[1] / f[1], low: s[0] / f[2], high: s[2] / f[0] };
}
