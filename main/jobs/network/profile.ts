/** Times every node of a training step: a few real steps are run, and the runtime's own record of them is read. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import type { NetworkProfile } from '#app/records/network';
import { measurePeak, openTrainSession, stream } from '#main/engine';
import { readProfile } from '#main/engine/outline/profile';
import { sizeOf } from '#main/recipes/data-spec';
import type { DataSpec, System } from '#main/recipes/recipe';
import type { TaskContext } from '../task';
import { graphsOf, type SecondsOf } from './network';

const patience = 1500; // ms of measured steps
const most = 50; // steps: the record of one takes about half a megabyte
const least = 3;

export interface Measured {
  secondsOf: SecondsOf;
  profile: NetworkProfile;
}

/** On the CPU, whose kernels are the only ones that the runtime times one by one. */
export async function profileSteps(system: System, data: DataSpec, context: TaskContext): Promise<Measured> {
  const program = system.program('cpu');
  if (graphsOf(program).length > 1)
    throw new PretextError('explain: a step of several models cannot be timed node by node yet', {
      kind: 'usage',
      advice: 'leave --profile out to see its blocks, work and memory',
    });
  const total = least + 2; // the peak, the first step, and at least these
  const told = (done: number) => context.note({ kind: 'progress', done, total, unit: 'measurements' });
  told(0);
  // Before and after, the better of the two: what else the machine does would otherwise make the share too large.
  const before = await measurePeak({ device: 'cpu' });
  context.check();
  told(1);
  const folder = await mkdtemp(join(tmpdir(), 'pretext-profile-'));
  try {
    await runSteps(system, data, join(folder, 'step'), (step) => {
      context.check();
      told(Math.min(total, 1 + step));
    });
    const peakGflops = Math.max(before, await measurePeak({ device: 'cpu' }));
    const [file] = await readdir(folder);
    if (!file) throw new PretextError('explain: the runtime left no record of the steps', { advice: 'try it again' });
    const { steps, secondsPerStep, secondsOf, unknownSeconds, operators } = readProfile(
      await readFile(join(folder, file), 'utf8'),
    );
    const gflops = program.flops / secondsPerStep / 1e9;
    return {
      secondsOf,
      profile: {
        ...{ device: 'cpu', steps, secondsPerStep, gflops, peakGflops, unknownSeconds },
        operators: operators.map((one) => ({ ...one })),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runSteps(
  system: System,
  data: DataSpec,
  profileTo: string,
  each: (step: number) => void,
): Promise<void> {
  const session = await openTrainSession(system.program('cpu'), { device: 'cpu', profileTo });
  try {
    const feeds = system.feeds(stream(0).uniform(system.batchSize * sizeOf(data)), stream(1), 1);
    const begin = performance.now();
    for (let step = 1; step <= most + 1; step++) {
      await session.step(feeds, 0); // at rate 0 nothing changes but the averages, which nobody keeps
      each(step);
      if (step > least && performance.now() - begin > patience) break;
    }
  } finally {
    await session.close(); // which writes the record
  }
}
