/** Training: puts together what a run needs, at its start or where it was interrupted, and hands it to the trainer. */
import { stream } from '#main/engine';
import type { System } from '#main/recipes/recipe';
import { checkpointFolder, latestCheckpoint, type Progress } from '../checkpoint';
import { chooseDevice, timeKey, type Work } from '../choose-device';
import { type Items, openItems, trainingBatches } from '../items';
import { systemOf } from '../model';
import type { Tasks } from '../protocol';
import type { Task, TaskContext } from '../task';
import { Diverged, findFirstNan } from '../training/first-nan';
import { describeParts, fewerAtOnce, OutOfMemory, watchingMemory } from '../training/micro-batches';
import { openFolder, openSessions, type Setting } from '../training/opening';
import { startPace } from '../training/pace';
import { createReporter } from '../training/reporter';
import { takeStep } from '../training/step';
import { tellPlacement, tellStart, tellState } from '../training/telling';
import { Trainer } from '../training/trainer';

type Ask = Tasks['train']['ask'];
type Result = Tasks['train']['result'];

const start: Progress = { step: 0, seconds: 0, metrics: {}, validated: 0 };

export const train: Task<'train'> = async (ask, context) => {
  const items = openItems(ask.folders.objects, ask.dataset);
  try {
    // Hours on damaged pictures would be worse than a second of reading. Stopped: the trainer sees it before step 1.
    await items.verify(context.check).catch((error: unknown) => {
      if (!context.flag.stopped) throw error;
    });
    return await trainInMemory(await settingOf(ask, context, items));
  } finally {
    items.close();
  }
};

async function settingOf(ask: Ask, context: TaskContext, items: Items): Promise<Setting> {
  const recipe = context.rooms.recipeOf(ask.run.recipe);
  const system = await systemOf(recipe, ask.run, items);
  const choice = await chooseDevice(ask.run, await workOf(system, items, ask), ask.peakGflops);
  return { ask, context, items, system, headline: recipe.description.headline, choice };
}

const workOf = async (system: System, items: Items, { run, dataset }: Ask): Promise<Work> => ({
  key: timeKey({ recipe: run.recipe, dataset }, run.config),
  system,
  data: await items.spec(),
});

/**
 * Trains; where memory does not suffice, again from the last checkpoint with the batch in more parts. What the failed
 * step has left in memory is not gone on from: some variables may already have had their next value.
 */
async function trainInMemory(setting: Setting): Promise<Result> {
  const { ask, context, system } = setting;
  let from: Beginning = { resume: ask.resume, upTo: ask.upTo, parts: 1 };
  for (;;) {
    try {
      return await trainFrom(from, setting);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      const parts = fewerAtOnce(system, error);
      const text = describeParts(system, parts, error);
      const { step } = error;
      context.note({ kind: 'event', event: { time: Date.now(), step, level: 'warning', text, mark: true } });
      from = { resume: true, upTo: undefined, parts };
    }
  }
}

interface Beginning {
  /** Whether to go on from a checkpoint, and which is the last one to look at. */
  resume: boolean;
  upTo: number | undefined;
  /** In how many parts a batch is done at least. */
  parts: number;
}

async function trainFrom(beginning: Beginning, setting: Setting): Promise<Result> {
  const { ask, context, items, system, headline, choice } = setting;
  const { batchSize, steps } = system;
  const folder = await openFolder(setting, beginning);
  const { loaded, keeper } = folder;
  const from = loaded?.manifest.progress ?? start;
  const parts = Math.max(beginning.parts, from.parts ?? 1);
  tellState(setting, from);
  const program = system.program(choice.device, { microBatches: parts });
  const at = { parts, step: from.step };
  const opened = await watchingMemory(
    () => at,
    () => openSessions(setting, program, loaded),
  );
  try {
    const limitSeconds = ask.minutes === undefined ? undefined : ask.minutes * 60;
    const pace = startPace({ before: from.seconds, batchSize, limitSeconds });
    const told = { context, pace, device: choice.device, steps, headline, metrics: from.metrics };
    const reporter = createReporter(told);
    tellStart(setting, folder, from.step, reporter);
    await tellPlacement(setting, program, from.step, reporter);
    const batchOf = trainingBatches(items, ask.run.seed, batchSize, system.trainLabels, system.trainOthers);
    const random = stream(ask.run.seed);
    return await new Trainer({
      ...{ context, system, headline, items, batchOf, keeper, reporter, pace, random, from, parts },
      ...opened,
    }).run();
  } catch (error) {
    throw error instanceof Diverged ? error.because(await explain(error.step, parts, setting)) : error;
  } finally {
    await opened.forwards.close();
    await opened.session.close();
  }
}

/** What made the first number that is not finite; undefined where it was not found, or nobody waits for it any more. */
async function explain(step: number, parts: number, setting: Setting): Promise<string | undefined> {
  const { ask, context, items, system, choice } = setting;
  const { seed, id } = ask.run;
  const { loaded } = await latestCheckpoint(checkpointFolder(ask.folders.checkpoints, id), context.rooms.disk);
  const from = loaded?.manifest.step ?? 0;
  const text = `looking for what made it: steps ${from + 1} to ${step} are repeated`;
  context.note({ kind: 'event', event: { time: Date.now(), step, level: 'info', text } });
  const batchOf = trainingBatches(items, seed, system.batchSize, system.trainLabels, system.trainOthers);
  const chance = stream(seed).split('step');
  return findFirstNan({
    ...{ from, step },
    program: (watched) => system.program(choice.device, { microBatches: parts, ...(watched && { guard: true }) }),
    async open(program) {
      const { session, forwards } = await openSessions(setting, program, loaded);
      await forwards.close();
      return session;
    },
    take: async (session, step, after) => {
      const x = await batchOf(step);
      const learningRate = system.learningRate(step);
      const own = { chance: chance.split(step), ...(after && { after }) };
      return takeStep(session, system, { x, step, parts, learningRate, ...own });
    },
    check: context.check,
  }).catch(() => undefined); // the loss that is no number is the error to tell, whatever became of the search
}
