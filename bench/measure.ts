/** What is made of the turns of a run: medians, spreads and ratios, with the turns in which others worked left out. */

/** Some steps of one contestant, measured together. */
export interface Turn {
  /** Milliseconds of one step on the clock. */
  readonly wall: number;
  /** Milliseconds of one step on all cores together. */
  readonly cpu: number;
  /** Cores that other processes used meanwhile. */
  readonly foreign: number;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A turn is quiet when others used less than this share of one core. */
export const QUIET = 0.15;

export const isQuiet = ({ foreign }: Turn): boolean => foreign < QUIET;

export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('internal: spread of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** The quiet ones; the quietest fill up to `least` when too few were quiet. */
export function quietest<T>(items: readonly T[], foreign: (item: T) => number, least: number): T[] {
  const sorted = [...items].sort((a, b) => foreign(a) - foreign(b));
  const quiet = sorted.filter((item) => foreign(item) < QUIET).length;
  return sorted.slice(0, Math.max(quiet, least));
}

/** Fewer repetitions than this make no spread. */
export const LEAST = 5;

export const wall = (turns: readonly Turn[]): Spread =>
  spread(quietest(turns, ({ foreign }) => foreign, LEAST).map((turn) => turn.wall));

export interface Side {
  /** In the order of the rounds. */
  readonly turns: readonly Turn[];
  /** What one step does, in the unit that both sides share: items, or floating-point operations. */
  readonly work: number;
}

/**
 * How many times as fast `fast` works as `slow`, from one pair of turns for each round: the two lie seconds apart, so
 * what slows the machine for a while slows both. Wall time is what a user waits for; CPU time hardly changes when other
 * processes take the cores away.
 */
export function ratio(slow: Side, fast: Side, by: 'wall' | 'cpu' = 'wall'): Spread {
  const rounds = Math.min(slow.turns.length, fast.turns.length);
  const pairs = Array.from({ length: rounds }, (_, round) => [slow.turns[round]!, fast.turns[round]!] as const);
  const kept = quietest(pairs, ([a, b]) => Math.max(a.foreign, b.foreign), LEAST);
  return spread(kept.map(([a, b]) => a[by] / slow.work / (b[by] / fast.work)));
}

const TINY = 1e-6; // a loss below it is nothing, and what differs from it differs by its own size

/** How far apart two losses are, relative to the first. */
export const difference = (expected: number, got: number): number =>
  Math.abs(got - expected) / Math.max(TINY, Math.abs(expected));
