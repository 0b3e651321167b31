import { afterEach, beforeEach, expect, it } from 'vitest';
import { Flag } from '#main/jobs/flag';
import { closeModels } from '#main/jobs/models';
import { curve, makeProject, makeRun, perform, type TestProject } from '#test/jobs/project';

let project: TestProject;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(async () => {
  await closeModels();
  await project.remove();
});
const askOf = (step?: number) => {
  const run = makeRun(project);
  const { dataset, folders } = project;
  return {
    train: { folders, run, dataset, resume: false },
    model: { run, dataset, ...(step !== undefined && { step }) },
    evaluate: { folders, evaluation: 'error', data: dataset, split: 'validation' as const, config: {} },
  };
};

it('measures the best checkpoint on the split, beside an untrained model', async () => {
  const { train, model, evaluate } = askOf();
  const { notes, done } = perform('train', train);
  await done;
  const evaluation = perform('evaluate', { ...evaluate, model });
  const result = await evaluation.done;
  expect(result).toMatchObject({ run: 'r-test', evaluation: 'error', dataset: 'd-test', split: 'validation', n: 20 });
  // What validation said during training is what is measured again from the checkpoint on disk.
  expect(result.figures['mse']).toBeCloseTo(curve(notes, 'validation/mse').get(result.step)!, 7);
  expect(result.figures['mse_untrained']!).toBeGreaterThan(result.figures['mse']!);
  expect(evaluation.notes.at(-1)).toMatchObject({ kind: 'progress', done: 100, total: 100, unit: '%' });
});

it('measures the step that it is asked for', async () => {
  const { train, model, evaluate } = askOf(20);
  const { notes, done } = perform('train', train);
  await done;
  const { step, figures } = await perform('evaluate', { ...evaluate, model }).done;
  expect(step).toBe(20);
  expect(figures['mse']).toBeCloseTo(curve(notes, 'validation/mse').get(20)!, 7);
});

it('can be stopped', async () => {
  const { train, model, evaluate } = askOf();
  await perform('train', train).done;
  const flag = Flag.create();
  flag.raise('stop');
  await expect(perform('evaluate', { ...evaluate, model }, { flag }).done).rejects.toMatchObject({ kind: 'cancelled' });
});

it('names what is wrong: no such evaluation, no items, other pictures, no checkpoint', async () => {
  const { train, model, evaluate } = askOf();
  await expect(perform('evaluate', { ...evaluate, model }).done).rejects.toThrow('run r-test has no checkpoint yet');
  await perform('train', train).done;
  const ask = { ...evaluate, model };
  await expect(perform('evaluate', { ...ask, evaluation: 'taste' }).done).rejects.toThrow('it has: error');
  const wide = { ...project.dataset, image: { height: 8, width: 4, channels: 1 as const } };
  await expect(perform('evaluate', { ...ask, data: wide }).done).rejects.toThrow(
    'pictures of 8×8×1 like those of the run, got 4×8×1',
  );
});
