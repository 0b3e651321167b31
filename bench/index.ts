/** `npm run bench`: how fast training steps are here, beside other engines and beside the machine's own peak. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { openPeak } from '#main/engine/session/devices';
import { pretextDense } from './dense';
import { tfjsDense } from './dense-tfjs';
import type { Contestant, Patience, Spread, Timing } from './measure';
import { ratio, speed, takeTurns, wall } from './measure';
import { pretextVqVae } from './vq-vae';

const PATIENCE: Patience = { turns: 9, rounds: 25 };

const show = ({ median, low, high }: Spread, digits = 1): string =>
  `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

function printRow(timing: Timing): void {
  const time = `${show(wall(timing))} ms`.padStart(30);
  const gflops = `${show(speed(timing), 0)} GFLOP/s`.padStart(28);
  console.log(`  ${timing.name.padEnd(34)} ${time} ${gflops}   ${timing.quiet} quiet turns`);
}

async function compete(contestants: readonly Contestant[]): Promise<Timing[]> {
  const timings = await takeTurns(contestants, PATIENCE);
  timings.forEach(printRow);
  for (const { close } of contestants) await close?.();
  return timings;
}

async function dense() {
  console.log('\nDense auto-encoder 784-512-256-512-784, batch 128, Adam: one step, median (range)');
  const timings = await compete([
    await tfjsDense(),
    await pretextDense('Pretext', {}),
    await pretextDense('Pretext, with output copies', { plain: true }),
    await pretextDense('Pretext, 1 thread', { threads: 1 }),
  ]);
  const [tfjs, ...ours] = timings as [Timing, ...Timing[]];
  const ratios = ours.map((timing) => {
    const [wall, cpu] = [ratio(tfjs, timing, 'wall'), ratio(tfjs, timing, 'cpu')];
    console.log(`  ${timing.name}: ${show(wall)} times as fast as ${tfjs.name}; in CPU time ${show(cpu)}`);
    return { name: timing.name, wall, cpu };
  });
  return { timings, ratios };
}

/** A product of 1024³ as one more contestant, so that the peak is taken in the same rounds. */
async function peak(threads: number): Promise<Contestant> {
  const { run, close, flops } = await openPeak({ device: 'cpu', spin: true, threads });
  const step = async () => {
    await run();
  };
  return { name: 'matrix product 1024³', steps: 10, flops, step, close };
}

async function vqVae(threads: number) {
  console.log(`\nVQ-VAE on ${threads} threads: one step, and its share of the speed of a plain matrix product`);
  const images = [
    { batch: 64, channels: 1, size: 28 },
    { batch: 16, channels: 3, size: 64 },
  ];
  const timings = await compete([
    await peak(threads),
    ...(await Promise.all(images.map((image) => pretextVqVae(image, threads)))),
  ]);
  const [product, ...ours] = timings as [Timing, ...Timing[]];
  const shares = ours.map((timing) => {
    const ofMedians = speed(timing).median / speed(product).median;
    const ofBest = speed(timing).high / speed(product).high;
    const ofCpuTime = speed(timing, 'cpu').median / speed(product, 'cpu').median; // meaningful on one thread
    console.log(
      `  ${timing.name}: ${percent(ofMedians)} of the peak by medians, ${percent(ofBest)} best against best, ` +
        `${percent(ofCpuTime)} by CPU time`,
    );
    return { name: timing.name, ofMedians, ofBest, ofCpuTime };
  });
  return { threads, timings, shares };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export async function main(): Promise<void> {
  const cores = availableParallelism();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores, node: process.version };
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`);
  const result = {
    date: new Date().toISOString(),
    machine,
    dense: await dense(),
    vqVae: [await vqVae(1), await vqVae(cores)],
  };
  mkdirSync('bench/results', { recursive: true });
  const file = `bench/results/${result.date.slice(0, 10)}.json`;
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nWritten to ${file}`);
}

await main();
