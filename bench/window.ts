/**
 * `npm run bench -- window`: from the start to a usable window, and how long the window's thread is blocked while a run
 * trains: at most 16 ms at the 99th percentile, on every view.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { ask, type Started, startApp } from '#test/e2e/app';
import { type Blocked, installWatch, measureBlocked, memory } from './window/blocked';
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
    const run = await begin(started, { recipe: 'vq-vae', steps: 20_000 });
    await until(async () => (await ask<unknown[]>(started.page, 'runs.checkpoints', { run: run.id })).length > 0);
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

/** How the page's memory grows while a run of 5000 steps is looked at: after a collection, every 500 steps. */
async function growth(): Promise<{ step: number; heap: number; nodes: number }[]> {
  const started = await startApp();
  const found: { step: number; heap: number; nodes: number }[] = [];
  try {
    const { page } = started;
    const { id, steps } = await begin(started, { recipe: 'autoencoder', steps: 5000 });
    await page.evaluate((to) => location.assign(`#${to}`), `/run/${id}`);
    for (let wanted = 500; wanted <= steps; wanted += 500) {
      await until(async () => (await stateOf(page, id)).step >= wanted);
      found.push({ step: (await stateOf(page, id)).step, ...(await memory(page)) });
    }
  } finally {
    await started.close();
  }
  console.log('\nMemory of the page beside a run of 5000 steps, after a collection');
  for (const { step, heap, nodes } of found)
    console.log(`  step ${String(step).padStart(5)} ${heap.toFixed(1).padStart(6)} MiB ${nodes} nodes`);
  return found;
}

/** Starts a tiny run on the sample; resolves once it makes steps. */
async function begin({ page }: Started, what: { recipe: string; steps: number }): Promise<Run> {
  await until(async () => (await ask<Dataset[]>(page, 'datasets.list')).some(({ count }) => count > 0));
  const { id } = await ask<Run>(page, 'runs.start', { ...what, dataset: 'digits', preset: 'tiny' });
  await until(async () => (await stateOf(page, id)).step > 5);
  return stateOf(page, id);
}

async function stateOf(page: Page, id: string): Promise<Run> {
  const run = await ask<Run>(page, 'runs.get', { run: id });
  if (run.status === 'failed') throw new Error(`the run failed: ${run.error}`);
  return run;
}

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(200);
}

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores\n\nFrom the start of the program, median (range)`);
const result = {
  date: new Date().toISOString(),
  machine,
  starts: await starts(Number(options.starts)),
  blocked: await blocked(Number(options.seconds)),
  growth: await growth(),
};
mkdirSync('bench/results', { recursive: true });
const file = `bench/results/window-${result.date.slice(0, 10)}.json`;
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
console.log(`\nWritten to ${file}`);
