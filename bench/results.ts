/** Results of runs: their file names, and several parts as one. */

import type { BenchResult } from './report';
import { workloads } from './workloads';

/** A whole run has the plain date; parts and quick runs say so, and never take its place. */
export function fileName({ date, quick }: BenchResult, parts: readonly string[]): string {
  return [date.slice(0, 10), ...parts, ...(quick ? ['quick'] : [])].join('-').concat('.json');
}

/** The workloads of several runs on one machine, each from the last that has it, in the order of the table. */
export function merged(results: readonly BenchResult[]): BenchResult {
  const last = results.at(-1);
  if (!last) throw new Error('internal: no results to merge');
  const other = results.find(({ machine }) => machine.cpu !== last.machine.cpu || machine.cores !== last.machine.cores);
  if (other) {
    const [a, b] = [other, last].map(({ machine }) => `${machine.cpu} with ${machine.cores} cores`);
    throw new Error(`report: results must come from one machine; got ${a} and ${b}`);
  }
  const order = Object.keys(workloads);
  const byId = new Map(results.flatMap((result) => result.workloads.map((workload) => [workload.id, workload])));
  const sorted = [...byId.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return { ...last, quick: results.some(({ quick }) => quick), workloads: sorted };
}
