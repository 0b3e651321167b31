/**
 * A process that opens sessions or trains, and tells its memory: `<device> sessions <n>` or `<device> steps <n>`. It
 * prints the resident memory in bytes at ten moments, spread evenly, as one line of JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  adamW,
  batchDim,
  compileForward,
  compileTrainStep,
  type Device,
  heNormal,
  openForwardSession,
  openTrainSession,
  type Scope,
  stream,
  type Tensor,
} from '#main/engine';

const [, , device, what, count] = process.argv as unknown as [string, string, Device, 'sessions' | 'steps', string];
const moments = 10;
const [batch, width] = [8, 32];

/** x: [n, 32] → [n, 32] */
const model = (scope: Scope, x: Tensor): Tensor =>
  x
    .matmul(scope.parameter('encoder', [width, 16], heNormal))
    .tanh()
    .matmul(scope.parameter('decoder', [16, width], heNormal));

const training = compileTrainStep({
  inputs: { x: { dtype: 'float32', shape: [batch, width] } },
  objective: (scope, { x }) => ({ loss: model(scope, x!).sub(x!).square().mean() }),
  optimizer: adamW(),
  device,
});
const forward = compileForward({
  inputs: { x: { dtype: 'float32', shape: [batchDim, width] } },
  outputs: (scope, { x }) => ({ y: model(scope, x!) }),
  device,
});
const x = stream(1).normal(batch * width);

/** A run's life: trained, read, looked at with its weights, closed. */
async function session(): Promise<void> {
  const trained = await openTrainSession(training, { device, seed: 1, threads: 1 });
  for (let step = 0; step < 2; step++) await trained.step({ x }, 1e-3);
  const values = new Map([...(await trained.read())].map(([name, { data }]) => [name, data]));
  const looking = await openForwardSession(forward, { device, values, threads: 1 });
  await looking.run({ x }, batch);
  await looking.write(values);
  await looking.close();
  await trained.close();
}

/** Each `times` times as long as told; memory is looked at once the garbage is gone. */
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

if (what === 'sessions') {
  await watched(30, session); // code is compiled, arenas and thread pools find their size
  console.log(JSON.stringify(await watched(Number(count), session)));
} else {
  const trained = await openTrainSession(training, { device, seed: 1, threads: 1 });
  await watched(200, () => trained.step({ x }, 1e-3));
  console.log(JSON.stringify(await watched(Number(count), () => trained.step({ x }, 1e-3))));
  await trained.close();
}
