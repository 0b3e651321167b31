/** What a configuration would build and cost, before it is started. */
import { totalmem } from 'node:os';
import { PretextError } from '#app/contract';
import type { Plan } from '#app/records/recipe';
import type { Device } from '#app/records/run';
import { epochsOf } from '#main/data';
import { webgpuAvailable } from '#main/engine';
import type { DataSpec, Recipe, System } from '#main/recipes/recipe';
import { openItems } from '../items';
import type { Tasks } from '../protocol';
import { stepSeconds } from '../step-time';
import type { Task } from '../task';

type Ask = Tasks['plan']['ask'];

/** Share of its peak that a device keeps up over a whole training step: 50–85 % measured on a CPU (`npm run bench`). */
const efficiency = 0.6;
/** Steps that may take longer than this, s, or need more memory, bytes, are not tried out: their time is worked out. */
const tryable = { seconds: 0.5, bytes: 1e9 };
/** A validation goes forward only: a third of a training step's work for as many items. */
const forwardShare = 1 / 3;
/** Weights, two moments and the copy that a checkpoint is written from: float32 each. */
const bytesPerParameter = 16;
/** The runtime itself with its threads, bytes; measured on Node with onnxruntime 1.30. */
const runtimeBytes = 180e6;
/** Values kept for the backward pass: each block's output, its gradient, and about as much again in between. */
const activationCopies = 4;

export const plan: Task<'plan'> = async (ask, { rooms, check }) => {
  const items = openItems(ask.folders.objects, ask.dataset);
  try {
    const spec = await items.spec();
    check();
    return await planOf(rooms.recipeOf(ask.recipe), ask, spec);
  } finally {
    items.close();
  }
};

async function planOf(recipe: Recipe, ask: Ask, spec: DataSpec): Promise<Plan> {
  const first = recipe.configure(ask.preset, ask.config);
  const batchSize = Number(first.config['batchSize']);
  const steps = ask.steps ?? (ask.epochs && Math.max(1, Math.round((ask.epochs * spec.trainCount) / batchSize)));
  const { config, issues } = steps === undefined ? first : recipe.configure(ask.preset, { ...ask.config, steps });
  if (issues.length > 0) return { ...nothing, config, issues };
  try {
    return await described(recipe.build(config, spec), spec, ask);
  } catch (error) {
    if (!(error instanceof PretextError)) throw error;
    const message = error.advice === undefined ? error.message : `${error.message}. ${error.advice}`;
    return { ...nothing, config, issues: [{ path: '', message }] };
  }
}

const nothing: Omit<Plan, 'config' | 'issues'> = {
  blocks: [],
  parameters: 0,
  parts: [],
  flopsPerItem: 0,
  steps: 0,
  epochs: 0,
  bits: { input: 0, code: 0 },
  estimates: [],
  notes: [],
};

async function described(system: System, spec: DataSpec, ask: Ask): Promise<Plan> {
  const { peakGflops } = ask;
  const { config, steps, batchSize, plan } = system;
  const { blocks, parameters, parts, flopsPerItem, bits } = plan;
  const memoryBytes = memoryOf(system);
  const webgpu = await webgpuAvailable();
  const workedOut = (device: Device) => {
    const gflops = peakGflops[device];
    return gflops ? (flopsPerItem * batchSize) / (gflops * 1e9 * efficiency) : undefined;
  };
  const cpuStep = workedOut('cpu');
  const tried =
    ask.measure && cpuStep !== undefined && cpuStep < tryable.seconds && memoryBytes < tryable.bytes
      ? await stepSeconds(keyOf(ask, config), system, spec)
      : undefined;
  const stepsOfWork = steps + (validationsOf(system) * spec.validationCount * forwardShare) / batchSize;
  const estimate = (device: Device, label: string, unavailable?: string) => {
    const step = device === 'cpu' ? (tried ?? cpuStep) : workedOut(device);
    const seconds = step === undefined ? undefined : step * stepsOfWork;
    return unavailable === undefined
      ? { device, label, memoryBytes, ...(seconds !== undefined && { seconds }) }
      : { device, label, unavailable };
  };
  const notes: Plan['notes'] = [];
  const epochs = epochsOf(steps, batchSize, spec.trainCount);
  if (epochs < 1)
    notes.push({
      path: 'steps',
      message: `Training ends before every item was seen once (${epochs.toFixed(2)} epochs).`,
    });
  if (memoryBytes > totalmem() / 2)
    notes.push({ path: 'batchSize', message: 'This may need more than half of the memory: try a smaller batch.' });
  return {
    ...{ config, issues: [], blocks, parameters, parts, flopsPerItem, steps, epochs, bits },
    estimates: [
      estimate('cpu', 'CPU'),
      estimate('webgpu', 'WebGPU', webgpu.available ? undefined : (webgpu.reason ?? 'no adapter')),
    ],
    notes,
  };
}

/** One after every `validateEvery` steps, and one at the end. */
const validationsOf = ({ steps, validateEvery }: System): number => Math.ceil(steps / validateEvery);

/** What the time of a step depends on: not how many there are. */
const keyOf = ({ recipe, dataset: { image } }: Ask, { steps: _, ...config }: Plan['config']): string =>
  JSON.stringify([recipe, image, config]);

function memoryOf({ batchSize, plan }: System): number {
  const activations = plan.blocks.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
  return Math.round(
    runtimeBytes + bytesPerParameter * plan.parameters + 4 * activationCopies * batchSize * activations,
  );
}
