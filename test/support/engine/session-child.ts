/**
 * A process that opens sessions, or trains in one, and tells what memory it takes: `<device> sessions <n>` or
 * `<device> steps <n>`; `<device> forgotten <n>` opens sessions and closes none. Prints the resident memory in bytes at ten moments, evenly apart, as one line of JSON.
 *
 * The model has one large parameter and as few ops as a model can have: software WebGPU compiles each op of each session
 * anew, for a tenth of a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  batchDim,
  compileForward,
  compileTrainStep,
  type Device,
  heNormal,
  openForwardSession,
  openTrainSession,
  type Scope,
  sgdMomentum,
  stream,
  type Tensor,
} from '#main/engine';

const [, , device, what, count] = process.argv as unknown as [
  string,
  string,
  Device,
  'sessions' | 'forgotten' | 'steps',
  string,
];
const moments = 10;
/** On WebGPU 4 MB of weights and as much of moments: device tensors are what a session could leave behind there. */
const width = device === 'cpu' ? 2 ** 10 : 2 ** 20;

/** x: [n, width] → [n, width] */
const model = (scope: Scope, x: Tensor): Tensor => x.mul(scope.parameter('weight', [width], heNormal));

const training = compileTrainStep({
  inputs: { x: { dtype: 'float32', shape: [1, width] } },
  objective: (scope, { x }) => ({ loss: model(scope, x!).sum() }),
  optimizer: sgdMomentum(),
  device,
});
const forward = compileForward({
  inputs: { x: { dtype: 'float32', shape: [batchDim, width] } },
  outputs: (scope, { x }) => ({ y: model(scope, x!) }),
  device,
});
const x = stream(1).normal(width);

/** A run's life: trained, read, looked at with its weights, closed. */
async function session(): Promise<void> {
  const trained = await openTrainSession(training, { device, seed: 1, threads: 1 });
  for (let step = 0; step < 2; step++) await trained.step({ x }, 1e-3);
  const values = new Map([...(await trained.read())].map(([name, { data }]) => [name, data]));
  const looking = await openForwardSession(forward, { device, values, threads: 1 });
  await looking.run({ x }, 1);
  await looking.write(values);
  if (what === 'forgotten') return void forgotten.push(looking, trained);
  await looking.close();
  await trained.close();
}
const forgotten: unknown[] = [];

/** Does it as often as told; memory is looked at ten times, each time once the garbage is gone. */
async function watched(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let moment = 0; moment < moments; moment++) {
    for (let i = 0; i < times / moments; i++) await work();
    for (let i = 0; i < 3; i++) {
      globalThis.gc!();
      await sleep(5); // what waits for finalizers
    }
    found.push(process.memoryUsage.rss());
  }
  return found;
}

if (what !== 'steps') {
  await watched(10, session); // code is compiled; arenas and thread pools find their size
  console.log(JSON.stringify(await watched(Number(count), session)));
} else {
  const trained = await openTrainSession(training, { device, seed: 1, threads: 1 });
  const step = () => trained.step({ x }, 1e-6);
  await watched(100, step);
  console.log(JSON.stringify(await watched(Number(count), step)));
  await trained.close();
}
