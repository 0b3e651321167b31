/** Reading and importing a table in turns, each in a process of its own, so that the peak of one is not the other's. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Spread, spread } from '../measure';
import { between, mebibytes } from '../report';

/** What one process tells of one pass over the file. */
export interface Pass {
  /** Seconds on the clock, and of all cores together; without the start of the process. */
  seconds: number;
  cpu: number;
  /** Bytes that were in memory at one time at most, and before anything was read. */
  peak: number;
  idle: number;
}

export interface Imported extends Pass {
  rows: number;
  features: number;
}

export interface Round {
  read: Pass;
  import: Imported;
}

export interface TableTimes {
  id: string;
  title: string;
  /** Of the file. */
  bytes: number;
  rounds: readonly Round[];
}

export interface ImportResult {
  date: string;
  quick: boolean;
  machine: { cpu: string; cores: number; node: string };
  tables: readonly TableTimes[];
}

const run = promisify(execFile);
/** Where scripts/bench.mjs puts child.ts; the bench runs in the repository's root. */
const child = join('out', 'bench', 'child.js');

async function pass<T extends Pass>(what: 'read' | 'import', file: string, folder: string): Promise<T> {
  const { stdout } = await run(process.execPath, ['--enable-source-maps', child, what, file, folder]);
  return JSON.parse(stdout) as T;
}

export async function measureTable(file: string, folder: string, rounds: number): Promise<Round[]> {
  await pass('read', file, folder); // the file is in the system's cache from here on, for both
  const done: Round[] = [];
  for (let i = 0; i < rounds; i++)
    done.push({ read: await pass('read', file, folder), import: await pass<Imported>('import', file, folder) });
  return done;
}

export interface TableFigures {
  read: Spread;
  import: Spread;
  cpu: Spread;
  /** How many times as long the import took as plain reading in the same round. */
  ratio: Spread;
  rowsPerSecond: Spread;
  /** Bytes: the most of all rounds. */
  peak: number;
  idle: number;
  readPeak: number;
}

export function figuresOf({ rounds }: TableTimes): TableFigures {
  const of = (value: (round: Round) => number) => spread(rounds.map(value));
  const most = (value: (round: Round) => number) => Math.max(...rounds.map(value));
  return {
    read: of(({ read }) => read.seconds),
    import: of((round) => round.import.seconds),
    cpu: of((round) => round.import.cpu),
    ratio: of((round) => round.import.seconds / round.read.seconds),
    rowsPerSecond: of((round) => round.import.rows / round.import.seconds),
    peak: most((round) => round.import.peak),
    idle: most((round) => round.import.idle),
    readPeak: most(({ read }) => read.peak),
  };
}

export function showTable(table: TableTimes): void {
  const { read, import: time, cpu, ratio, rowsPerSecond, peak, idle, readPeak } = figuresOf(table);
  console.log(`  ${table.title}, ${mebibytes(table.bytes)}`);
  console.log(`    plain reading ${between(read)} s, peak ${mebibytes(readPeak)}`);
  console.log(
    `    import        ${between(time)} s (CPU ${between(cpu)} s), peak ${mebibytes(peak)} (idle ${mebibytes(idle)})`,
  );
  console.log(`    ${between(ratio)} times as long as plain reading, ${between(rowsPerSecond)} rows/s`);
}
