/**
 * `npm run bench -- window`: from the start to a usable window, and how long the window's thread is blocked while a run
 * trains: at most 16 ms at the 99th percentile, on every view.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { ask, type Started, startApp } from '#test/e2e/app';
import { type Blocked, installWatch, measureBlocked } from './window/blocked';
import { type ColdStart, timeStart } from './window/launch';

const { values: options } = parseArgs({
  options: {
    starts: { type: 'string', default: '5' },
    /** On the run view; the other views get a third of it. */
    seconds: { type: 'string', default: '30' },
  },
  allowPositionals: true,
});

async function starts(times: number): Promise<{ first: ColdStart[]; later: ColdStart[] }> {
  const found: { first: ColdStart[]; later: ColdStart[] } = { first: [], later: [] };
  for (let time = 0; time < times; time++) {
    const folder = mkdtempSync(join(tmpdir(), 'pretext-bench-'));
    try {
      found.first.push(await timeStart(folder));
      found.later.push(await timeStart(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  for (const [name, list] of Object.entries(found)) {
    const of = (key: keyof ColdStart) => list.map((one) => one[key]).sort((a, b) => a - b);
    const show = (key: keyof ColdStart) => {
      const sorted = of(key);
      return `${median(sorted).toFixed(0)} (${sorted[0]!.toFixed(0)} to ${sorted.at(-1)!.toFixed(0)}) ms`;
    };
    const title = name === 'first' ? 'first start, sample imported' : 'later start';
    console.log(
      `  ${title.padEnd(30)} page ${show('spawnToPage')}, painted ${show('spawnToFirstPaint')}, usable ${show('spawnToUsable')}`,
    );
  }
  return found;
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

const views: { name: string; address: (run: Run) => string; share: number }[] = [
  { name: 'run', address: ({ id }) => `/run/${id}`, share: 1 },
  { name: 'codebook', address: ({ id }) => `/explore/codebook?run=${id}`, share: 0.5 },
  { name: 'home', address: () => '/home', share: 1 / 3 },
  { name: 'runs', address: () => '/runs', share: 1 / 3 },
  { name: 'data set', address: ({ dataset }) => `/data/${dataset}`, share: 1 / 3 },
];

function printRow({ view, job, late, over, pings, longTasks, tasks, main, heap, nodes }: Blocked): void {
  const ms = (value: number) => value.toFixed(1).padStart(6);
  const { p50, p95, p99, max } = late;
  console.log(
    `  ${view.padEnd(22)} ${job ? 'training' : 'idle    '} ${[p50, p95, p99, max].map(ms).join(' ')}   ` +
      `${`${over}/${pings}`.padStart(10)} ${String(longTasks.length).padStart(5)}   ` +
      `${tasks ? [tasks.cpuP99, tasks.cpuMax, tasks.wallMax].map(ms).join(' ') : '     –'} ` +
      `${tasks ? `${(tasks.busyShare * 100).toFixed(0)} %`.padStart(5) : ''}   ` +
      `${[main.p99, main.max].map(ms).join(' ')}   ${heap.toFixed(1).padStart(6)} MiB ${nodes}`,
  );
}

async function lookAround(started: Started, run: Run, job: boolean, seconds: number): Promise<Blocked[]> {
  const rows: Blocked[] = [];
  const take = async (...asked: Parameters<typeof measureBlocked>) => {
    const row = await measureBlocked(...asked);
    printRow(row);
    rows.push(row);
  };
  for (const { name, address, share } of views) {
    const open = () => started.page.evaluate((to) => location.assign(`#${to}`), address(run));
    await take(started, { view: `${name}, opening`, job, seconds: 3 }, open);
    await take(started, { view: name, job, seconds: seconds * share });
  }
  return rows;
}

async function blocked(seconds: number): Promise<Blocked[]> {
  console.log(
    `\n  ${'view'.padEnd(31)} late:  p50    p95    p99    max   over 16 ms  long  tasks, CPU: p99, max; wall max, busy` +
      `   main: p99, max`,
  );
  const started = await startApp();
  try {
    const run = await begin(started);
    await installWatch(started.page);
    const training = await lookAround(started, run, true, seconds);
    await ask(started.page, 'runs.cancel', { run: run.id });
    await sleep(2000);
    const idle = await lookAround(started, run, false, seconds / 3);
    return [...training, ...idle];
  } finally {
    await started.close();
  }
}

/** A tiny VQ-VAE on the sample, long enough for every view. */
async function begin({ page }: Started): Promise<Run> {
  for (;;) {
    const [data] = await ask<Dataset[]>(page, 'datasets.list');
    if (data && data.count > 0) break;
    await sleep(100);
  }
  const { id } = await ask<Run>(page, 'runs.start', {
    recipe: 'vq-vae',
    dataset: 'digits',
    preset: 'tiny',
    steps: 100_000,
  });
  for (;;) {
    const run = await ask<Run>(page, 'runs.get', { run: id });
    if (run.step > 5) return run;
    if (run.status === 'failed') throw new Error(run.error);
    await sleep(200);
  }
}

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores\n\nFrom the start of the program, median (range)`);
const result = {
  date: new Date().toISOString(),
  machine,
  starts: await starts(Number(options.starts)),
  blocked: await blocked(Number(options.seconds)),
};
mkdirSync('bench/results', { recursive: true });
const file = `bench/results/window-${result.date.slice(0, 10)}.json`;
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
console.log(`\nWritten to ${file}`);
