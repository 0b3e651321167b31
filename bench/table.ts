/** docs/bench.md: every figure of a run, with how it was measured. */

import { LEAST } from './measure';
import {
  type BenchResult,
  between,
  digits,
  mebibytes,
  nameOf,
  percent,
  type Row,
  rowsOf,
  type WorkloadResult,
} from './report';

const HEAD = [
  'engine',
  'threads',
  'step, ms',
  'CPU, ms',
  'Pretext is × as fast',
  'of the peak',
  'memory, peak (idle)',
  'build + first step, s',
  'losses differ by',
];

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

function cells(row: Row, workload: WorkloadResult): string[] {
  const { behind, behindOneThread, share, lossDifference } = row;
  const one = behindOneThread ? `; ${between(behindOneThread)} on 1 thread` : '';
  return [
    row.title + (row.batch === workload.batch ? '' : `, batch ${row.batch}`),
    String(row.threads),
    between(row.step),
    digits(row.cpu.median),
    behind ? between(behind) + one : '',
    share ? `${percent(share.median)} (${percent(share.low)}–${percent(share.high)})` : '',
    `${mebibytes(row.peak)} (${mebibytes(row.idle)})`,
    `${seconds(row.build)} + ${seconds(row.first)}`,
    lossDifference === undefined ? '' : lossDifference.toExponential(0),
  ];
}

const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`;

function section(workload: WorkloadResult): string {
  const rows = rowsOf(workload);
  const table = [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cells(row, workload)))];
  const cannot = workload.failures.map(({ engine, title, error, leftOut }) => {
    const name = title || nameOf(engine);
    return leftOut
      ? `- ${name} was left out: ${error}.`
      : `- ${name} cannot train it: \`${error.replaceAll('`', "'")}\``;
  });
  const repetitions = Math.min(...rows.map((row) => row.repetitions));
  const quiet = Math.min(...rows.map((row) => row.quiet));
  const noise =
    quiet < LEAST
      ? `**A noisy run**: only ${quiet} turns of some engine were quiet.`
      : `At least ${quiet} quiet turns.`;
  const { title, flops, seconds: took } = workload;
  return [
    `## ${title}`,
    `${digits(flops / 1e9)} GFLOP a step. ${repetitions} interleaved repetitions, ${took.toFixed(0)} s in all. ${noise}`,
    table.join('\n'),
    ...(cannot.length > 0 ? [cannot.join('\n')] : []),
  ].join('\n\n');
}

export function table({ date, machine, quick, workloads }: BenchResult): string {
  return `# Bench

Written by \`npm run bench\` on ${date.slice(0, 10)}${quick ? ', in its quick form' : ''}: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.

Every engine trains the same network from the same start weights on the same batch with the same Adam (float32, no
clipping, no decay); the last column is the largest relative difference between its first five losses and Pretext's.
Each runs in a process of its own, on as many threads as it can use up to all cores, and works only while it is its
turn; turns are interleaved, their order rotates, and turns in which other processes took more than 15 % of a core
count only where too few were quiet. Figures are medians with the range in brackets. A ratio comes from pairs of turns
of the same round and compares time by item, so an engine that would need minutes for a step may have a smaller batch,
which is then named. The peak is a matrix product 1024³ by ONNX Runtime on as many threads, taken in the same rounds.
Memory is the most that the process held (VmHWM), in brackets what it held before anything was built. TensorFlow.js and
jax-js compute on one thread in Node: their thread pools need the web workers of a browser. Where they have no gradient
of a lookup (TensorFlow.js wasm, jax-js under jit), it is a product with one-hot rows.

${workloads.map(section).join('\n\n')}
`;
}
