/** `npm run bench`: how fast training steps are here, beside other engines and beside the machine's own peak. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineEntry, type EngineId, engines, startOf } from './engines/index';
import type { Fixture } from './fixture';
import { ContestantProcess } from './process';
import { type BenchResult, showWorkload, type WorkloadResult } from './report';
import { fileName } from './results';
import { COMPARED_STEPS, compete, type Failure, type Patience, type Runner } from './rounds';
import { saveReports } from './save';
import { entryOf, expectedSeconds, workloads } from './workloads';
import { writeFixture } from './write-fixture';

const FULL: Patience = { rounds: 7, mostRounds: 15, budget: 90, turn: 0.5, answer: 240 };
const QUICK: Patience = { rounds: 5, mostRounds: 5, budget: 15, turn: 0.2, answer: 120 };

const { values: options, positionals } = parseArgs({
  options: {
    /** Fewer workloads, shorter turns. */
    quick: { type: 'boolean', default: false },
    /** Only these engines, besides Pretext and the peak: ids with commas between. */
    peers: { type: 'string' },
  },
  allowPositionals: true,
});

/** Not waited for in a quick run. */
const SLOWEST: readonly EngineId[] = ['tfjs-cpu'];

const python = process.env['PRETEXT_BENCH_PYTHON'];
const cores = availableParallelism();

/** Whether PyTorch has a GPU to compute on here; then it competes with Pretext on WebGPU. */
function hasCuda(): boolean {
  const question = 'import sys, torch; sys.exit(0 if torch.cuda.is_available() else 1)';
  return python !== undefined && spawnSync(python, ['-c', question], { stdio: 'ignore' }).status === 0;
}

function chosenEngines(): readonly EngineEntry[] {
  const own: EngineId[] = ['peak', 'peak-1', 'pretext', 'pretext-1'];
  if (options.peers === undefined) {
    const withGpu = hasCuda();
    return engines.filter(({ device }) => device === 'cpu' || withGpu);
  }
  const named = options.peers.split(',').filter((id) => id !== '');
  const unknown = named.find((id) => !engines.some((engine) => engine.id === id));
  if (unknown) throw new Error(`bench: --peers must be of ${engines.map(({ id }) => id).join(', ')}; got ${unknown}`);
  return engines.filter(({ id }) => own.includes(id) || named.includes(id));
}

const chosenWorkloads = (): string[] => {
  if (positionals.length > 0) return positionals;
  return Object.keys(workloads).filter((id) => !(options.quick && entryOf(id).long));
};

async function run(
  id: string,
  competing: readonly EngineEntry[],
  patience: Patience,
  folder: string,
): Promise<WorkloadResult> {
  const { batch, make, smaller = {}, leftOut = {} } = entryOf(id);
  const { title } = make(batch);
  console.log(`\n${title}`);
  const fixtures = new Map<number, Fixture>();
  const runners: Runner[] = [];
  const skipped: Failure[] = [];
  for (const entry of competing) {
    const reason = leftOut[entry.id] ?? (options.quick && SLOWEST.includes(entry.id) ? 'a quick run' : undefined);
    if (reason) {
      skipped.push({ engine: entry.id, title: entry.name, error: reason, leftOut: true });
      continue;
    }
    const start = startOf(entry, cores, python);
    if (!start) continue;
    const own = smaller[entry.id] ?? batch;
    const fixture = join(folder, `${id}-${own}`);
    if (!fixtures.has(own)) fixtures.set(own, writeFixture(fixture, id, own));
    runners.push({ entry, batch: own, fixture, process: new ContestantProcess(start) });
  }
  const begin = performance.now();
  const { contestants, failures: cannot } = await compete(runners, patience, console.log);
  const failures = [...cannot, ...skipped];
  const { flops } = fixtures.get(batch)!;
  const references: Record<number, readonly number[]> = {};
  for (const own of fixtures.keys()) references[own] = await referenceLosses(join(folder, `${id}-${own}`), patience);
  const seconds = (performance.now() - begin) / 1000;
  const result = { id, title, batch, flops, contestants, failures, references, seconds };
  showWorkload(result);
  return result;
}

/** Pretext's losses on the batch that some engine was given. */
async function referenceLosses(fixture: string, { answer }: Patience): Promise<readonly number[]> {
  const pretext = engines.find(({ id }) => id === 'pretext')!;
  const process = new ContestantProcess(startOf(pretext, cores)!);
  await process.ask('hello', {}, answer);
  const { loss } = await process.ask('build', { fixture }, answer);
  const { losses } = await process.ask('step', { steps: COMPARED_STEPS - 1 }, answer);
  await process.close();
  return [loss, ...losses];
}

async function main(): Promise<void> {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores, node: process.version };
  console.log(`${machine.cpu}, ${cores} cores, Node ${machine.node}`);
  if (!python) console.log('PRETEXT_BENCH_PYTHON names no interpreter: no PyTorch, JAX and TensorFlow this time');
  const patience = options.quick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), 'pretext-bench-'));
  try {
    const [chosen, competing] = [chosenWorkloads(), chosenEngines()];
    const expected = chosen.reduce((sum, id) => sum + expectedSeconds(entryOf(id), competing, options.quick), 0);
    console.log(`${chosen.length} workloads, about ${Math.ceil(expected / 60)} minutes on two quiet cores`);
    const results: WorkloadResult[] = [];
    for (const id of chosen) results.push(await run(id, competing, patience, folder));
    const result: BenchResult = { date: new Date().toISOString(), quick: options.quick, machine, workloads: results };
    mkdirSync('bench/results', { recursive: true });
    const file = join('bench/results', fileName(result, positionals));
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`\nWritten to ${file}`);
    // Parts and quick runs leave what readers look at as it is; `npm run bench -- report <files>` makes it from them.
    if (!result.quick && positionals.length === 0) saveReports(result);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
