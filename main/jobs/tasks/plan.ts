/** What a configuration would build and cost, before it is started. */
import { totalmem } from 'node:os';
import { PretextError } from '#app/contract';
import type { Plan } from '#app/records/recipe';
import { type Device, deviceTitles } from '#app/records/run';
import { epochsOf } from '#main/data';
import { webgpuAvailable } from '#main/engine';
import type { DataSpec, Recipe, System } from '#main/recipes/recipe';
import { promisedTimes, type StepTime, stepTimes, timeKey } from '../choose-device';
import { openItems } from '../items';
import { memoryOf } from '../memory-estimate';
import type { Tasks } from '../protocol';
import type { Task } from '../task';

type Ask = Tasks['plan']['ask'];

/** A validation goes forward only: a third of a training step's work for as many items. */
const forwardShare = 1 / 3;
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
  const { config, steps, batchSize, plan } = system;
  const { blocks, parameters, parts, flopsPerItem, bits } = plan;
  const memoryBytes = memoryOf(system);
  const webgpu = await webgpuAvailable();
  const times = await timesOf(system, spec, ask);
  const stepsOfWork = steps + (validationsOf(system) * spec.validationCount * forwardShare) / batchSize;
  const estimate = (device: Device, unavailable?: string) => {
    const label = deviceTitles[device];
    const step = times.find((time) => time.device === device)?.seconds;
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
      estimate('cpu'),
      estimate('webgpu', webgpu.reason),
      ...vendorsIn(ask.peakGflops).map((one) => estimate(one)),
    ],
    notes,
  };
}

/** Real steps where they may be tried, else what the devices' products promise. */
async function timesOf(system: System, data: DataSpec, { measure, peakGflops, ...ask }: Ask): Promise<StepTime[]> {
  if (measure) return stepTimes({ key: timeKey(ask, system.config), system, data }, peakGflops);
  return promisedTimes(system, peakGflops);
}

/** CUDA, DirectML, CoreML: those that the process for trials has found working; none is tried in this one. */
const vendorsIn = (peaks: Ask['peakGflops']): Device[] =>
  (Object.keys(peaks) as Device[]).filter((device) => device !== 'cpu' && device !== 'webgpu');

/** One after every `validateEvery` steps, and one at the end. */
const validationsOf = ({ steps, validateEvery }: System): number => Math.ceil(steps / validateEvery);
