/** The linear recipe with settings that make a host misbehave: what a test of the hosts needs to interrupt. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { compileForward } from '#main/engine';
import { type Disk, disk } from '#main/jobs/disk';
import type { Recipe } from '#main/recipes/recipe';
import { linearRecipe } from './linear';

let operationsLeft = Number.POSITIVE_INFINITY;

/** What ends or stops a process, in the middle of its training. */
const misfortunes = {
  /** Never ends and sees no flag. */
  hang() {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  /** As a native library that gives up. */
  abort: () => process.kill(process.pid, 'SIGABRT'),
  /** A write to where nothing is. */
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  /** In the worker thread, while the library may be inside a run. */
  exit: () => process.exit(3),
  /** Reads a tensor of the graphics card where it lies: ONNX Runtime 1.30 ends the process. */
  download: () => void readInPlace(),
  throw() {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  },
};
export type Misfortune = keyof typeof misfortunes;

/**
 * `linear`: as it is. `linear:<misfortune>`: it happens at step 3. `linear:die:N`: the process is killed before the N-th
 * operation on the disk.
 */
export function slowed(id: string): Recipe {
  const [, behaviour, count] = id.split(':');
  if (behaviour === 'die') operationsLeft = Number(count);
  if (!behaviour || !(behaviour in misfortunes)) return linearRecipe();
  return linearRecipe((system) => ({
    learningRate(step) {
      if (step === 3) misfortunes[behaviour as Misfortune]();
      return system.learningRate(step);
    },
  }));
}

async function readInPlace(): Promise<void> {
  const { onnx } = compileForward({
    inputs: { x: { dtype: 'float32', shape: [4] } },
    outputs: (_, { x }) => ({ y: x!.scale(2) }),
    device: 'webgpu',
  });
  const session = await InferenceSession.create(onnx, {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
  });
  const { y } = await session.run({ x: new Tensor('float32', new Float32Array(4), [4]) });
  await y!.getData();
}

/** Kills this process before its last operation, as a power cut would. */
function counted<F extends (...args: never[]) => unknown>(operation: F): F {
  return ((...args: Parameters<F>) => {
    if (--operationsLeft <= 0) process.kill(process.pid, 'SIGKILL');
    return operation(...args);
  }) as F;
}

export const deadly: Disk = {
  ...disk,
  rename: counted(disk.rename) as Disk['rename'],
  rm: counted(disk.rm) as Disk['rm'],
  open: counted(async (...args: Parameters<Disk['open']>) => {
    const file = await disk.open(...args);
    return Object.assign(file, { write: counted(file.write.bind(file)), sync: counted(file.sync.bind(file)) });
  }) as Disk['open'],
};
