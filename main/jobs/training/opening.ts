/** Opens what a run trains with, at its start or at a checkpoint: its folder, its session, the heads that look at it. */
import { PretextError } from '#app/contract';
import type { RecipeDescription } from '#app/records/recipe';
import { openTrainSession, stream, type TrainProgram, type TrainSession } from '#main/engine';
import type { System } from '#main/recipes/recipe';
import { checkpointFolder, type Keeper, type Loaded, latestCheckpoint, type Origin, openKeeper } from '../checkpoint';
import type { Choice } from '../choose-device';
import { arraysOf, type Forwards, openForwards } from '../forwards';
import { drawnItems, type Items } from '../items';
import type { Tasks } from '../protocol';
import type { TaskContext } from '../task';
import { withUnits } from './health';
import { inherit } from './inherit';

/** All that stays the same in a run, however often it is begun again. */
export interface Setting {
  ask: Tasks['train']['ask'];
  context: TaskContext;
  items: Items;
  system: System;
  headline: RecipeDescription['headline'];
  choice: Choice;
}

export interface Folder {
  /** The newest checkpoint that is whole, where the run goes on from one. */
  loaded: Loaded | undefined;
  keeper: Keeper;
  /** Newer ones that are not. */
  damaged: Awaited<ReturnType<typeof latestCheckpoint>>['damaged'];
}

/** The run's folder, opened for writing. */
export async function openFolder(
  { ask: { folders, run, dataset }, context: { rooms } }: Setting,
  { resume, upTo }: { resume: boolean; upTo?: number | undefined },
): Promise<Folder> {
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

export interface Sessions {
  session: TrainSession;
  forwards: Forwards;
}

/** The session at a checkpoint, or with the values that the run starts from. */
export async function openSessions(
  setting: Setting,
  program: TrainProgram,
  loaded: Loaded | undefined,
): Promise<Sessions> {
  const { ask, system, choice } = setting;
  const { device } = choice;
  const { run, folders } = ask;
  const inherited =
    run.parent === undefined
      ? undefined
      : () => inherit(folders.checkpoints, run.parent!, program, { recipe: run.recipe, system });
  const values = loaded ? arraysOf(loaded.values) : await inherited?.();
  const session = await openTrainSession(program, { device, seed: run.seed, ...(values && { values }) });
  const atOnce = system.batchSize / program.microBatches;
  const forwards = openForwards(
    { heads: withUnits(system), batchSize: system.batchSize },
    { device, values: await session.read(), atOnce },
  );
  if (!values) await initialise(setting, session, forwards);
  return { session, forwards };
}

/** What depends on the data is found once, before step 1; a checkpoint has it inside. */
async function initialise(
  { ask, context, items, system }: Setting,
  session: TrainSession,
  forwards: Forwards,
): Promise<void> {
  if (!system.initialise || context.flag.stopped) return;
  const random = stream(ask.run.seed).split('initialise');
  const batch = (count: number) =>
    drawnItems(items, count, random.split('items'), system.trainLabels, system.trainOthers);
  try {
    const forward = forwards.using(context.check);
    const found = await system.initialise({ forward, values: await session.read(), batch, random });
    await session.write(arraysOf(found));
  } catch (error) {
    if (!context.flag.stopped) throw error; // stopped: the trainer sees it before its first step, and keeps nothing
  }
}
