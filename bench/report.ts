/** What a run of the bench says: figures derived from the turns, on the console and as docs/bench.md. */

import { type EngineId, engines } from './engines/index';
import { PEAK_FLOPS } from './engines/peak-flops';
import { difference, isQuiet, LEAST, ratio, type Side, type Spread, spread, wall } from './measure';
import type { Contestant, Failure } from './rounds';

export interface WorkloadResult {
  readonly id: string;
  readonly title: string;
  /** Of Pretext; an engine that needs minutes for a step may have a smaller one. */
  readonly batch: number;
  /** Floating-point operations of one step of that batch, as Pretext's compiler counts them. */
  readonly flops: number;
  readonly contestants: readonly Contestant[];
  readonly failures: readonly Failure[];
  /** Pretext's losses of the first steps, by batch size. */
  readonly references: Readonly<Record<number, readonly number[]>>;
  /** What it took. */
  readonly seconds: number;
}

export interface BenchResult {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly workloads: readonly WorkloadResult[];
}

/** One contestant of one workload, beside Pretext and the peak. */
export interface Row {
  readonly engine: EngineId;
  readonly name: string;
  readonly title: string;
  readonly threads: number;
  readonly batch: number;
  /** Milliseconds of one step. */
  readonly step: Spread;
  /** CPU milliseconds of one step. */
  readonly cpu: Spread;
  /** How many times as fast Pretext is by item, on as many threads as the engine can use here. */
  readonly behind: Spread | undefined;
  /** The same against Pretext on one thread, for engines that have only one. */
  readonly behindOneThread: Spread | undefined;
  /** Of the speed of a matrix product on as many threads. */
  readonly share: Spread | undefined;
  readonly build: number;
  readonly first: number;
  readonly peak: number;
  readonly idle: number;
  /** Largest relative difference between its first losses and Pretext's. */
  readonly lossDifference: number | undefined;
  readonly quiet: number;
  readonly repetitions: number;
}

export const nameOf = (id: EngineId): string => engines.find((engine) => engine.id === id)?.name ?? id;

/** Flops grow with the batch, so those of a smaller one follow. */
const side = ({ turns, engine, batch }: Contestant, workload: WorkloadResult): Side => ({
  turns,
  work: engine.startsWith('peak') ? PEAK_FLOPS : (workload.flops * batch) / workload.batch,
});

export function rowsOf(workload: WorkloadResult): Row[] {
  const find = (id: EngineId) => workload.contestants.find(({ engine }) => engine === id);
  const [ours, oneThread] = [find('pretext'), find('pretext-1')];
  return workload.contestants.map((contestant) => {
    const { engine, title, threads, batch, build, first, peak, idle, turns } = contestant;
    const device = engines.find(({ id }) => id === engine)?.device;
    const rival = device === 'gpu' ? find('pretext-webgpu') : ours;
    const isPeer = !engine.startsWith('pretext') && !engine.startsWith('peak');
    const beside = (other: Contestant | undefined) =>
      other && isPeer ? ratio(side(contestant, workload), side(other, workload)) : undefined;
    const product = device === 'gpu' || engine.startsWith('peak') ? undefined : find(threads === 1 ? 'peak-1' : 'peak');
    return {
      ...{ engine, name: nameOf(engine), title, threads, batch, build, first, peak, idle },
      step: wall(turns),
      cpu: spread(turns.map((turn) => turn.cpu)),
      behind: beside(rival),
      behindOneThread: threads === 1 ? beside(oneThread) : undefined,
      share: product && ratio(side(product, workload), side(contestant, workload)),
      lossDifference: lossDifference(contestant, workload),
      quiet: turns.filter(isQuiet).length,
      repetitions: turns.length,
    };
  });
}

function lossDifference({ engine, batch, losses }: Contestant, { references }: WorkloadResult): number | undefined {
  const expected = references[batch];
  if (!expected || engine.startsWith('peak')) return undefined;
  return Math.max(...losses.map((loss, step) => difference(expected[step]!, loss)));
}

/** Three significant digits, no exponent. */
export const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const between = ({ median, low, high }: Spread, show: (value: number) => string = digits): string =>
  `${show(median)} (${show(low)}–${show(high)})`;

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** On the console. */
export function showWorkload(workload: WorkloadResult): void {
  const rows = rowsOf(workload);
  for (const row of rows) {
    const parts = [
      `  ${row.title.padEnd(30)} ${String(row.threads).padStart(2)} threads`,
      `${between(row.step)} ms`.padStart(28),
      `cpu ${digits(row.cpu.median)} ms`.padStart(14),
      (row.share ? `${percent(row.share.median)} of peak` : '').padStart(13),
      mebibytes(row.peak).padStart(9),
      `build ${row.build.toFixed(0)} ms, first step ${row.first.toFixed(0)} ms`,
    ];
    console.log(parts.join('  '));
  }
  for (const { name, batch, behind, behindOneThread, lossDifference } of rows) {
    if (!behind) continue;
    const one = behindOneThread ? `, on 1 thread ${between(behindOneThread)}` : '';
    const smaller = batch === workload.batch ? '' : `, by item (batch ${batch})`;
    const losses = lossDifference === undefined ? '' : `; losses differ by ${lossDifference.toExponential(1)}`;
    console.log(`  Pretext is ${between(behind)} times as fast as ${name}${one}${smaller}${losses}`);
  }
  const quiet = Math.min(...rows.map((row) => row.quiet));
  if (quiet < LEAST)
    console.log(`  a noisy run: only ${quiet} of ${rows[0]?.repetitions} turns of some engine were quiet`);
  console.log(`  ${workload.seconds.toFixed(0)} s`);
}
