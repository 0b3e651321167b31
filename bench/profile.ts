/**
 * `npm run bench -- profile <workload> [--threads n]`: where the time of a step of Pretext goes, by operator and by
 * block, and beside it where PyTorch's goes when PRETEXT_BENCH_PYTHON names an interpreter that has it.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileTrainStep } from '#main/engine/compile';
import type { OutlineNode } from '#main/engine/outline/node';
import { readProfile, type StepProfile } from '#main/engine/outline/profile';
import { measurePeak } from '#main/engine/session/devices';
import { openTrainSession } from '#main/engine/session/open-train';
import { engines, startOf } from './engines/index';
import { optimizer } from './engines/optimizer';
import { ContestantProcess } from './process';
import { partsOf, type Timed } from './profile-parts';
import { digits, percent } from './report';
import { SEED } from './workload';
import { entryOf } from './workloads';
import { writeFixture } from './write-fixture';

const STEPS = 8; // the first warms up
const SHOWN = 24; // rows of each table
const PATIENCE = 240; // seconds for one answer of PyTorch

const { values: options, positionals } = parseArgs({
  options: { threads: { type: 'string' } },
  allowPositionals: true,
});
const threads = Number(options.threads ?? availableParallelism());

interface Measured {
  readonly profile: StepProfile;
  readonly nodes: readonly OutlineNode[];
}

async function profilePretext(id: string, folder: string): Promise<Measured> {
  const { make, batch } = entryOf(id);
  const { step, learningRate, feeds } = make(batch);
  const program = compileTrainStep({ ...step, optimizer, device: 'cpu' });
  const profileTo = join(folder, 'pretext');
  const session = await openTrainSession(program, { device: 'cpu', threads, spin: true, seed: SEED, profileTo });
  const data = feeds();
  for (let i = 0; i < STEPS; i++) await session.step(data, learningRate);
  await session.close(); // writes the profile
  const file = readdirSync(folder).find((name) => name.startsWith('pretext'));
  if (!file) throw new Error('profile: ONNX Runtime left no record of the steps');
  const [phase] = Object.values(program.phases);
  return {
    profile: readProfile(readFileSync(join(folder, file), 'utf8')),
    nodes: phase!.graphs.update.outline().nodes,
  };
}

function showRows(rows: readonly Timed[], total: number, peak?: number): void {
  for (const { name, calls, seconds, flops = 0 } of rows.slice(0, SHOWN)) {
    const speed = flops / seconds / 1e9;
    const work = flops > 0 ? `${digits(flops / 1e9).padStart(6)} GFLOP ${speed.toFixed(0).padStart(4)} GFLOP/s` : '';
    const share = flops > 0 && peak ? ` ${percent(speed / peak).padStart(6)} of the peak` : '';
    console.log(
      `  ${name.padEnd(44)} ${digits(seconds * 1000).padStart(7)} ms ${percent(seconds / total).padStart(5)} ` +
        `${calls.toFixed(0).padStart(5)} calls  ${work}${share}`,
    );
  }
  const rest = rows.slice(SHOWN).reduce((sum, { seconds }) => sum + seconds, 0);
  if (rest > 0) console.log(`  ${`${rows.length - SHOWN} more`.padEnd(44)} ${digits(rest * 1000).padStart(7)} ms`);
}

async function profileTorch(id: string, folder: string): Promise<Timed[]> {
  const torch = engines.find((engine) => engine.id === 'torch')!;
  const start = startOf(torch, threads, process.env['PRETEXT_BENCH_PYTHON'])!;
  const child = new ContestantProcess(start);
  try {
    const fixture = join(folder, 'fixture');
    writeFixture(fixture, id, entryOf(id).batch);
    await child.ask('hello', {}, PATIENCE);
    await child.ask('build', { fixture }, PATIENCE);
    await child.ask('step', { steps: 1 }, PATIENCE);
    const { rows } = await child.ask('profile', { steps: STEPS - 1 }, PATIENCE);
    return rows.map(({ op, calls, time }) => ({ name: op, calls, seconds: time / 1000 }));
  } finally {
    await child.close();
  }
}

async function main(): Promise<void> {
  const [id] = positionals;
  if (!id) throw new Error('profile: name a workload, e.g. npm run bench -- profile bert');
  console.log(`${entryOf(id).make(entryOf(id).batch).title}, ${threads} threads`);
  const folder = mkdtempSync(join(tmpdir(), 'pretext-bench-'));
  try {
    const peak = await measurePeak({ device: 'cpu', spin: true, threads });
    const { profile, nodes } = await profilePretext(id, folder);
    const total = profile.secondsPerStep;
    const { operators, blocks, outside } = partsOf(profile, nodes);
    console.log(`\nPretext: ${digits(total * 1000)} ms a step; the peak is ${peak.toFixed(0)} GFLOP/s\n\nby operator`);
    showRows(operators, total);
    console.log(`  ${'between the kernels'.padEnd(44)} ${digits(outside * 1000).padStart(7)} ms`);
    console.log('\nby block and pass');
    showRows(blocks, total, peak);
    if (!process.env['PRETEXT_BENCH_PYTHON']) return;
    const rows = await profileTorch(id, folder);
    const sum = rows.reduce((all, { seconds }) => all + seconds, 0);
    console.log(`\nPyTorch: ${digits(sum * 1000)} ms a step, its own time of each operator`);
    showRows(rows, sum);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
