/** All contestants of one workload in one run: built one after another, then turn by turn in an order that rotates. */

import type { EngineEntry } from './engines/index';
import { busyTime } from './machine';
import { isQuiet, LEAST, type Turn } from './measure';
import type { ContestantProcess } from './process';
import type { Built, Hello } from './protocol';

/** One contestant of one workload, measured. Everything that reports need is here, so they can be made again later. */
export interface Contestant extends Hello {
  readonly engine: EngineEntry['id'];
  readonly batch: number;
  readonly build: number;
  readonly first: number;
  /** Of the first steps, each before its update. */
  readonly losses: readonly number[];
  /** Bytes; the most that its process held. */
  readonly peak: number;
  readonly turns: readonly Turn[];
}

/** A contestant that cannot do the work, in its own words, or one that was not asked. */
export interface Failure {
  readonly engine: EngineEntry['id'];
  readonly title: string;
  readonly error: string;
  /** It could, but would need too long; the error is the reason. */
  readonly leftOut?: boolean;
}

export interface Patience {
  /** Rounds when all of them are quiet; more follow while too few were. */
  readonly rounds: number;
  /** Never more than this. */
  readonly mostRounds: number;
  /** Seconds after which no round is added for want of quiet. */
  readonly budget: number;
  /** Seconds that one turn should last at least. */
  readonly turn: number;
  /** Seconds until an answer is given up. */
  readonly answer: number;
}

/** Steps whose losses are compared; they warm the engine up as well. */
export const COMPARED_STEPS = 5;

export interface Runner {
  readonly entry: EngineEntry;
  readonly batch: number;
  readonly fixture: string;
  readonly process: ContestantProcess;
}

interface Ready extends Runner {
  readonly hello: Hello;
  readonly built: Built;
  readonly losses: readonly number[];
  readonly steps: number;
  readonly turns: Turn[];
}

async function prepare(
  runner: Runner,
  { answer, turn }: Patience,
  say: (text: string) => void,
): Promise<Ready | Failure> {
  const { entry, fixture, process } = runner;
  let title = entry.name;
  try {
    const hello = await process.ask('hello', {}, answer);
    title = hello.title;
    const built = await process.ask('build', { fixture }, answer);
    const { losses, wall } = await process.ask('step', { steps: COMPARED_STEPS - 1 }, answer);
    const steps = Math.max(1, Math.round((turn * 1000 * losses.length) / wall));
    return { ...runner, hello, built, losses: [built.loss, ...losses], steps, turns: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`  ${title} cannot: ${reason}`);
    await process.close();
    return { engine: entry.id, title, error: reason };
  }
}

async function takeTurn({ process, steps, turns }: Ready, { answer }: Patience): Promise<void> {
  const [busy, start] = [busyTime(), performance.now()];
  const { wall, cpu } = await process.ask('step', { steps }, answer);
  const foreign = Math.max(0, (busyTime() - busy - cpu) / (performance.now() - start));
  turns.push({ wall: wall / steps, cpu: cpu / steps, foreign });
}

export async function compete(
  runners: readonly Runner[],
  patience: Patience,
  say: (text: string) => void = () => {},
): Promise<{ contestants: Contestant[]; failures: Failure[] }> {
  const ready: Ready[] = [];
  const failures: Failure[] = [];
  for (const runner of runners) {
    const prepared = await prepare(runner, patience, say);
    if ('error' in prepared) failures.push(prepared);
    else ready.push(prepared);
  }
  await takeRounds(ready, patience);
  const contestants: Contestant[] = [];
  for (const { entry, batch, process, hello, built, losses, turns } of ready) {
    const { peak } = await process.ask('memory', {}, patience.answer);
    await process.close();
    const { build, first } = built;
    contestants.push({ engine: entry.id, ...hello, batch, build, first, losses, peak, turns });
  }
  return { contestants, failures };
}

async function takeRounds(ready: readonly Ready[], patience: Patience): Promise<void> {
  const begin = performance.now();
  const quietEnough = () => ready.every(({ turns }) => turns.filter(isQuiet).length >= LEAST);
  for (let round = 0; round < patience.mostRounds; round++) {
    const late = performance.now() - begin > patience.budget * 1000;
    if (round >= patience.rounds && (late || quietEnough())) return;
    // The order rotates: position alone can cost 15 %.
    for (let turn = 0; turn < ready.length; turn++) await takeTurn(ready[(turn + round) % ready.length]!, patience);
  }
}
