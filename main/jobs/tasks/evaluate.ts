/** One named measurement of a run on a split of some data, with its baselines. */
import { PretextError } from '#app/contract';
import { stream } from '#main/engine';
import type { Apprentice } from '#main/recipes/recipe';
import { openApprentice } from '../apprentice';
import { type Forwards, openForwards } from '../forwards';
import { expectSameKind, type Items, openItems } from '../items';
import { type Model, openModel } from '../model';
import { progressOf } from '../progress';
import type { Tasks } from '../protocol';
import { expectSettings } from '../settings';
import type { Task, TaskContext } from '../task';
import { untrainedValues } from '../untrained';

type Ask = Tasks['evaluate']['ask'];

export const evaluate: Task<'evaluate'> = async (ask, context) => {
  const start = performance.now();
  const model = await openModel(ask.folders, ask.model, context);
  try {
    expectSettings(ask.evaluation, ask.config, []);
    expectSameKind(ask.evaluation, ask.data, model.items.dataset);
    const data = openItems(ask.folders.objects, ask.data, model.items.dataset);
    try {
      await data.verify(context.check);
      const { n, figures, tables } = await measure(model, data, ask, context);
      const { evaluation, split } = ask;
      const [run, step, dataset] = [model.run.id, model.manifest.step, ask.data.id];
      return { run, evaluation, step, dataset, split, n, figures, tables, seconds: (performance.now() - start) / 1000 };
    } finally {
      data.close();
    }
  } finally {
    await model.close();
  }
};

async function measure(model: Model, data: Items, { evaluation, split }: Ask, context: TaskContext) {
  const { recipe, system, device, forwards, run } = model;
  const work = recipe.evaluations[evaluation];
  if (!work)
    throw new PretextError(
      `${evaluation}: ${run.recipe} must have an evaluation of this name; it has: ${Object.keys(recipe.evaluations).join(', ')}`,
      { kind: 'usage', advice: 'Choose one of these.' },
    );
  if (data.count(split) === 0)
    throw new PretextError(`${evaluation}: the ${split} split of ${data.dataset.name} must hold items, got none`, {
      advice: 'Choose another split, or import the data again with a share for it.',
    });
  const percent = progressOf(context, '%');
  // The baseline is opened only where the evaluation asks for it.
  let untrained: Promise<Forwards> | undefined;
  const baseline = () => {
    untrained ??= system.untrained
      ? Promise.resolve(openForwards(system.untrained(stream(run.seed)), { device, values: new Map() }))
      : untrainedValues(model).then((values) => openForwards(system, { device, values }));
    return untrained;
  };
  const apprentices: Apprentice[] = [];
  try {
    return await work({
      system,
      forward: forwards.using(context.check),
      forwardUntrained: async (...args) => (await baseline()).using(context.check)(...args),
      batches: (of, limit) => data.batches(of, system.batchSize, limit),
      count: (of) => data.count(of),
      classes: data.dataset.classes,
      factors: () => data.factors(),
      split,
      random: stream(run.seed).split('evaluate').split(evaluation),
      async train(own) {
        const opened = await openApprentice(own, { device, seed: run.seed, check: context.check });
        apprentices.push(opened);
        return opened;
      },
      progress: (done, total) => percent(Math.round((100 * done) / total), 100),
      check: context.check,
    });
  } finally {
    for (const apprentice of apprentices) await apprentice.close();
    await (await untrained)?.close();
  }
}
