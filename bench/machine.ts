/** The machine that figures come from, how busy others keep it, and where a subject's figures are written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

export const machineHere = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
});

/** Where the figures of subjects lie. */
export const RESULTS = 'bench/results';

const fileOf = (subject: string, date: string) => join(RESULTS, `${date.slice(0, 10)}-${subject}.json`);

/** What was written of a subject on the same day; undefined where nothing was. */
export function readResult<T>(subject: string, date: string): T | undefined {
  const file = fileOf(subject, date);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** As `<date>-<subject>.json`; gives back the path. */
export function writeResult(subject: string, result: { readonly date: string }): string {
  mkdirSync(RESULTS, { recursive: true });
  const file = fileOf(subject, result.date);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Milliseconds that all cores together have worked since the machine started. */
export const busyTime = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

/** Cores that are at work while nothing of the bench is: what is measured next has so many less. */
export async function busyCores(seconds = 1): Promise<number> {
  const [begun, busy] = [performance.now(), busyTime()];
  await sleep(seconds * 1000);
  return (busyTime() - busy) / (performance.now() - begun);
}
