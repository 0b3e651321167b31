/** A step that does not fit into memory: the batch is done in parts, said so, and kept so. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestCheckpoint, manifestsIn } from '#main/jobs/checkpoint';
import { Flag } from '#main/jobs/flag';
import { linearRecipe } from '#test/jobs/linear';
import { curve, eventsOf, makeProject, makeRun, perform, type TestProject, testRooms } from '#test/jobs/project';
import { hasWebgpu } from '#test/numeric';

let project: TestProject;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const askOf = (changes: Parameters<typeof makeRun>[1] = {}, resume = false) => ({
  folders: project.folders,
  run: makeRun(project, { ...changes, config: { steps: 6, validateEvery: 3, fits: 4, ...changes.config } }),
  dataset: project.dataset,
  resume,
});
const folderOf = (run = 'r-test') => join(project.folders.checkpoints, run);

describe.each(['cpu', 'webgpu'] as const)('on %s', (deviceChoice) => {
  const isThere = async () => deviceChoice === 'cpu' || hasWebgpu();

  it('the batch is halved until it fits, the log says so, and the run goes to its end', async () => {
    if (!(await isThere())) return;
    const { done, notes } = perform('train', askOf({ deviceChoice }));
    expect(await done).toMatchObject({ status: 'finished', step: 6 });
    const told = eventsOf(notes).flatMap(({ level, text }) => (text.includes('memory') ? [`${level}: ${text}`] : []));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^warning: memory does not suffice: .+\. .*16 items of a step are done in 2 parts of 8/);
    expect(told[1]).toMatch(/in 4 parts of 4: the same gradient in less memory/);
    expect(curve(notes, 'train/loss').size).toBe(6);
    expect((await manifestsIn(folderOf())).at(-1)?.progress.parts).toBe(4);
  });
});

it('a run that was stopped goes on in as many parts at once, bitwise as if it had never stopped', async () => {
  const whole = perform('train', askOf({ id: 'r-whole' }));
  await whole.done;
  const flag = Flag.create();
  const recipe = linearRecipe((system) => ({
    learningRate(at) {
      if (at === 5) flag.raise('stop');
      return system.learningRate(at);
    },
  }));
  const first = perform('train', askOf(), { flag, rooms: testRooms({ recipeOf: () => recipe }) });
  expect(await first.done).toMatchObject({ status: 'cancelled', step: 4 });
  const second = perform('train', askOf({}, true));
  await second.done;
  expect(eventsOf(second.notes).some(({ text }) => text.includes('memory'))).toBe(false);
  const losses = new Map([...curve(first.notes, 'train/loss'), ...curve(second.notes, 'train/loss')]);
  expect(losses).toEqual(curve(whole.notes, 'train/loss'));
  const [a, b] = [await latestCheckpoint(folderOf('r-whole')), await latestCheckpoint(folderOf())];
  expect(b.loaded?.values).toEqual(a.loaded?.values);
});

it('the parts together have the gradient of the whole batch', async () => {
  const still = { steps: 1, learningRate: 0 };
  const quiet = testRooms({
    recipeOf: () => linearRecipe(() => ({ feeds: (x) => ({ x, noise: new Float32Array(x.length) }) })),
  });
  const parts = perform('train', askOf({ id: 'r-parts', config: still }), { rooms: quiet });
  const whole = perform('train', askOf({ id: 'r-whole', config: { ...still, fits: 0 } }), { rooms: quiet });
  await Promise.all([parts.done, whole.done]);
  for (const metric of ['train/loss', 'train/gradient_norm'])
    expect(curve(parts.notes, metric).get(1)).toBeCloseTo(curve(whole.notes, metric).get(1)!, 5);
});

it('a batch whose items are compared with each other is not divided: refused, with what to set', async () => {
  const rooms = testRooms({ recipeOf: () => linearRecipe(() => ({ divisible: false })) });
  await expect(perform('train', askOf(), { rooms }).done).rejects.toMatchObject({
    message: expect.stringContaining('cannot be done in parts'),
    advice: expect.stringContaining('Set batchSize to 8 or less'),
  });
});

it('where not even one item fits, the run ends and says so', async () => {
  await expect(perform('train', askOf({ config: { fits: 0.5 } })).done).rejects.toThrow(
    /memory does not suffice: .* even one item at a time/,
  );
});

it('a batch is split only into equal parts', async () => {
  const { done, notes } = perform('train', askOf({ config: { batchSize: 15, fits: 5 } }));
  await done;
  expect(eventsOf(notes).some(({ text }) => text.includes('in 3 parts of 5'))).toBe(true);
});

it('a stop is answered between two parts of a step, and the run goes on bitwise as if there had been none', async () => {
  const whole = perform('train', askOf({ id: 'r-whole' }));
  await whole.done;
  const flag = Flag.create();
  let [now, given] = [0, 0];
  const recipe = linearRecipe((system) => ({
    // The stop comes while the second part of step 4 is being prepared: none of its parts has an effect.
    feeds(x, random, step) {
      if (now === 4 && ++given === 2) flag.raise('stop');
      return system.feeds(x, random, step);
    },
    learningRate(step) {
      now = step;
      return system.learningRate(step);
    },
  }));
  const first = perform('train', askOf(), { flag, rooms: testRooms({ recipeOf: () => recipe }) });
  expect(await first.done).toMatchObject({ status: 'cancelled', step: 3 });
  const second = perform('train', askOf({}, true));
  await second.done;
  const losses = new Map([...curve(first.notes, 'train/loss'), ...curve(second.notes, 'train/loss')]);
  expect(losses).toEqual(curve(whole.notes, 'train/loss'));
});
