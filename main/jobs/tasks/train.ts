/** Training: puts together what a run needs, at its start or where it was interrupted, and hands it to the trainer. */
import { PretextError } from '#app/contract';
import type { Device, Run } from '#app/records/run';
import { openTrainSession, stream, type TrainSession } from '#main/engine';
import type { System } from '#main/recipes/recipe';
import {
  checkpointFolder,
  type Keeper,
  type Loaded,
  latestCheckpoint,
  type Origin,
  openKeeper,
  type Progress,
} from '../checkpoint';
import { environmentOf } from '../environment';
import { arraysOf, type Forwards, openForwards } from '../forwards';
import { drawnItems, type Items, openItems, trainingBatches } from '../items';
import { deviceOf, systemOf } from '../model';
import type { Tasks } from '../protocol';
import type { Task, TaskContext } from '../task';
import { inherit } from '../training/inherit';
import { startPace } from '../training/pace';
import { createReporter, type Reporter } from '../training/reporter';
import { Trainer } from '../training/trainer';

type Ask = Tasks['train']['ask'];

const start: Progress = { step: 0, seconds: 0, metrics: {}, validated: 0 };

export const train: Task<'train'> = async (ask, context) => {
  const items = openItems(ask.folders.objects, ask.dataset);
  try {
    // Hours on damaged pictures would be worse than a second of reading. Stopped: the trainer sees it before step 1.
    await items.verify(context.check).catch((error: unknown) => {
      if (!context.flag.stopped) throw error;
    });
    return await trainOn(items, ask, context);
  } finally {
    items.close();
  }
};

async function trainOn(items: Items, ask: Ask, context: TaskContext): Promise<Tasks['train']['result']> {
  const { run } = ask;
  const recipe = context.rooms.recipeOf(run.recipe);
  const system = await systemOf(recipe, run, items);
  const { headline } = recipe.description;
  const { loaded, keeper, damaged } = await openFolder(ask, context);
  const from = loaded?.manifest.progress ?? start;
  const { device, fallback } = await deviceOf(run);
  const opened = await openSessions(system, device, ask, loaded);
  try {
    const { batchSize, steps } = system;
    const limitSeconds = ask.minutes === undefined ? undefined : ask.minutes * 60;
    const pace = startPace({ before: from.seconds, batchSize, limitSeconds });
    const reporter = createReporter({ context, pace, device, steps, headline, metrics: from.metrics });
    tellStart({ context, reporter, system, device, from, keeper, fallback, damaged, resumed: loaded !== undefined });
    if (!loaded && run.parent === undefined) await initialise(system, items, run, opened, context);
    const batchOf = trainingBatches(items, run.seed, batchSize);
    const random = stream(run.seed);
    return await new Trainer({
      ...{ context, system, headline, items, batchOf, keeper, reporter, pace, random, from },
      ...opened,
    }).run();
  } finally {
    await opened.forwards.close();
    await opened.session.close();
  }
}

type Damaged = Awaited<ReturnType<typeof latestCheckpoint>>['damaged'];

/** The run's folder, opened for writing, and the newest checkpoint in it that is whole. */
async function openFolder(
  { folders, run, dataset, resume, upTo }: Ask,
  { rooms }: TaskContext,
): Promise<{ loaded: Loaded | undefined; keeper: Keeper; damaged: Damaged }> {
  const folder = checkpointFolder(folders.checkpoints, run.id);
  const none = { loaded: undefined, damaged: [] };
  const { loaded, damaged } = resume ? await latestCheckpoint(folder, rooms.disk, upTo) : none;
  if (!loaded && damaged.length > 0)
    throw new PretextError(`there is nothing to go on from: no checkpoint of the run is whole; ${damaged[0]!.reason}`, {
      advice: 'Start a new run with the same settings.',
    });
  const { id, recipe, config, seed } = run;
  const origin: Origin = { run: id, recipe, config, seed, dataset: dataset.hash };
  const keeper = await openKeeper(folder, origin, loaded?.manifest.step ?? 0, rooms.disk);
  return { loaded, keeper, damaged };
}

interface Sessions {
  session: TrainSession;
  forwards: Forwards;
}

async function openSessions(
  system: System,
  device: Device,
  { run, folders }: Ask,
  loaded: Loaded | undefined,
): Promise<Sessions> {
  const program = system.program(device);
  const inherited = run.parent === undefined ? undefined : () => inherit(folders.checkpoints, run.parent!, program);
  const values = loaded ? arraysOf(loaded.values) : await inherited?.();
  const session = await openTrainSession(program, { device, seed: run.seed, ...(values && { values }) });
  return { session, forwards: openForwards(system, { device, values: await session.read() }) };
}

/** What depends on the data is found once, before step 1; a checkpoint has it inside. */
async function initialise(
  system: System,
  items: Items,
  { seed }: Run,
  { session, forwards }: Sessions,
  context: TaskContext,
): Promise<void> {
  if (!system.initialise || context.flag.stopped) return;
  const random = stream(seed).split('initialise');
  const batch = (count: number) => drawnItems(items, count, random.split('items'));
  try {
    const forward = forwards.using(context.check);
    const found = await system.initialise({ forward, values: await session.read(), batch, random });
    await session.write(arraysOf(found));
  } catch (error) {
    if (!context.flag.stopped) throw error; // stopped: the trainer sees it before its first step, and keeps nothing
  }
}

interface Start {
  context: TaskContext;
  reporter: Reporter;
  system: System;
  device: Device;
  from: Progress;
  keeper: Keeper;
  fallback: string | undefined;
  damaged: Damaged;
  resumed: boolean;
}

function tellStart({ context, reporter, system, device, from, keeper, fallback, damaged, resumed }: Start): void {
  const { step, seconds } = from;
  const { parameters } = system.plan;
  const environment = environmentOf(device);
  context.note({ kind: 'state', status: 'running', step, seconds, itemsPerSecond: 0, device, parameters, environment });
  for (const { step: lost, reason } of damaged)
    reporter.event(step, 'warning', `the checkpoint of step ${lost} is passed over: ${reason}`);
  if (fallback !== undefined) reporter.event(step, 'warning', `training on the CPU instead. ${fallback}`);
  if (resumed) {
    context.note({ kind: 'checkpoints', checkpoints: keeper.list() });
    reporter.event(step, 'info', `resumed from the checkpoint of step ${step}`, true);
  } else reporter.event(0, 'info', `training starts: ${system.steps} steps of ${system.batchSize} items`);
}
