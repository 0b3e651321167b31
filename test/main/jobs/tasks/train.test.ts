import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestCheckpoint, manifestsIn } from '#main/jobs/checkpoint';
import { Flag } from '#main/jobs/flag';
import { fullAfter, lockable } from '#test/jobs/disks';
import { linearRecipe } from '#test/jobs/linear';
import { curve, eventsOf, makeProject, makeRun, perform, type TestProject, testRooms } from '#test/jobs/project';

let project: TestProject;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const askOf = (changes: Parameters<typeof makeRun>[1] = {}, resume = false) => ({
  folders: project.folders,
  run: makeRun(project, changes),
  dataset: project.dataset,
  resume,
});
const folderOf = (run = 'r-test') => join(project.folders.checkpoints, run);
/** A recipe whose step `step` raises the flag before it trains: a stop at an exact moment. */
const stoppingAt = (step: number, flag: Flag, signal: 'stop' | 'pause' = 'stop') =>
  testRooms({
    recipeOf: () =>
      linearRecipe((system) => ({
        learningRate(at) {
          if (at === step) flag.raise(signal);
          return system.learningRate(at);
        },
      })),
  });

describe('a run', () => {
  it('trains to its end, and every step and validation is told', async () => {
    const { done, notes } = perform('train', askOf());
    expect(await done).toMatchObject({ status: 'finished', step: 60 });
    const losses = curve(notes, 'train/loss');
    expect([...losses.keys()]).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect([...curve(notes, 'validation/mse').keys()]).toEqual([20, 40, 60]);
    expect(losses.get(60)!).toBeLessThan(0.5 * losses.get(1)!);
    for (const name of ['train/reconstruction', 'train/gradient_norm', 'train/learning_rate'])
      expect(curve(notes, name).size).toBe(60);
  });

  it('tells its state first, with device, parameters and environment', async () => {
    const { done, notes } = perform('train', askOf());
    await done;
    expect(notes[0]).toMatchObject({ kind: 'state', status: 'running', step: 0, device: 'cpu', parameters: 512 });
    expect(notes[0]).toMatchObject({ environment: { device: 'cpu', onnxruntime: expect.any(String) } });
  });

  it('shows the same validation items at every validation', async () => {
    const { done, notes } = perform('train', askOf());
    await done;
    const previews = notes.flatMap((note) => (note.kind === 'preview' ? [note.preview] : []));
    expect(previews.map(({ step }) => step)).toEqual([20, 40, 60]);
    const inputs = previews.map(({ rows }) => rows.find(({ name }) => name === 'input')!.pictures);
    expect(inputs[0]).toMatchObject({ count: 8, height: 8, width: 8, channels: 1 });
    expect(inputs[2]).toEqual(inputs[0]);
  });

  it('tells a checkpoint only when it is on disk, and what was measured before it only once it was told', async () => {
    const seen: string[][] = [];
    const stepsTold: number[] = [];
    let told = 0;
    const { done } = perform('train', askOf(), {
      note(note) {
        if (note.kind === 'points') told = Math.max(told, ...note.points.map(({ step }) => step));
        if (note.kind !== 'checkpoints') return;
        stepsTold.push(told - note.checkpoints.at(-1)!.step);
        seen.push(note.checkpoints.map(({ hash }) => hash));
      },
    });
    await done;
    expect(stepsTold).toEqual([0, 0, 0]);
    const onDisk = (await manifestsIn(folderOf())).map(({ hash }) => hash);
    expect(onDisk).toEqual(seen.at(-1));
  });

  it('keeps the best checkpoint by the headline metric, and the last', async () => {
    const { done, notes } = perform('train', askOf({ config: { learningRate: 0.3, steps: 80 } }));
    await done;
    const mse = [...curve(notes, 'validation/mse')];
    const best = mse.reduce((a, b) => (b[1] < a[1] ? b : a))[0];
    const list = await manifestsIn(folderOf());
    expect(list.find(({ kept }) => kept.includes('best'))?.step).toBe(best);
    expect(list.find(({ kept }) => kept.includes('last'))?.step).toBe(80);
    expect(list.every(({ kept }) => kept.includes('milestone'))).toBe(true);
  });

  it('tells a warning once, not at every validation', async () => {
    const { done, notes } = perform('train', askOf());
    await done;
    expect(eventsOf(notes).filter(({ level }) => level === 'warning')).toHaveLength(1);
  });

  it('sends at most a few messages, whatever the number of steps', async () => {
    const { done, notes } = perform('train', askOf({ config: { steps: 500, validateEvery: 500 } }));
    const { seconds } = await done;
    const messages = notes.filter(({ kind }) => kind === 'points').length;
    expect(messages).toBeLessThanOrEqual(5 * seconds + 4);
    expect(curve(notes, 'train/loss').size).toBe(500);
  });

  it('refuses data of another version', async () => {
    const { done } = perform('train', askOf({ datasetHash: 'f'.repeat(64) }));
    await expect(done).rejects.toThrow('was made from other data');
  });

  it('stops when its minutes are over, validated and with a checkpoint', async () => {
    const { done, notes } = perform('train', {
      ...askOf({ config: { steps: 1_000_000, validateEvery: 500_000 } }),
      minutes: 0.005,
    });
    const { status, step } = await done;
    expect(status).toBe('finished');
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(1_000_000);
    expect([...curve(notes, 'validation/mse').keys()]).toEqual([step]);
    expect((await latestCheckpoint(folderOf())).loaded?.manifest.step).toBe(step);
  });
});

describe('the same seed', () => {
  it('gives the same curves bit for bit, and the same weights', async () => {
    const [a, b] = [perform('train', askOf()), perform('train', askOf({ id: 'r-again' }))];
    await Promise.all([a.done, b.done]);
    for (const metric of ['train/loss', 'validation/mse', 'train/gradient_norm'])
      expect(curve(b.notes, metric)).toEqual(curve(a.notes, metric));
    const [one, two] = [await latestCheckpoint(folderOf()), await latestCheckpoint(folderOf('r-again'))];
    expect(two.loaded?.values).toEqual(one.loaded?.values);
  });

  it('another seed gives others', async () => {
    const [a, b] = [perform('train', askOf()), perform('train', askOf({ id: 'r-other', seed: 8 }))];
    await Promise.all([a.done, b.done]);
    expect(curve(b.notes, 'train/loss').get(1)).not.toBe(curve(a.notes, 'train/loss').get(1));
  });
});

describe('stopping and resuming', () => {
  it.each([1, 7, 20, 21, 59])(
    'stopped at step %i and resumed: bitwise the curves of a run that never stopped',
    async (at) => {
      const whole = perform('train', askOf({ id: 'r-whole' }));
      await whole.done;
      const flag = Flag.create();
      const first = perform('train', askOf(), { flag, rooms: stoppingAt(at, flag) });
      expect(await first.done).toMatchObject({ status: 'cancelled', step: at });
      const second = perform('train', askOf({}, true));
      expect(await second.done).toMatchObject({ status: 'finished', step: 60 });
      const told = [...first.notes, ...second.notes];
      for (const metric of ['train/loss', 'train/gradient_norm', 'validation/mse'])
        expect(new Map([...curve(told, metric)].sort(([a], [b]) => a - b))).toEqual(curve(whole.notes, metric));
      expect([...curve(second.notes, 'train/loss').keys()][0]).toBe(at + 1);
      const [one, two] = [await latestCheckpoint(folderOf('r-whole')), await latestCheckpoint(folderOf())];
      expect(two.loaded?.values).toEqual(one.loaded?.values);
      expect(two.loaded?.manifest.progress.best).toBe(one.loaded?.manifest.progress.best);
    },
  );

  it.each(['figures', 'pictures'])(
    'a stop in the middle of a validation, at its %s, leaves all of it to the resumed run',
    async (moment) => {
      const flag = Flag.create();
      const rooms = testRooms({
        recipeOf: () =>
          linearRecipe((system) => ({
            validate(context) {
              if (moment === 'figures') flag.raise('stop');
              return system.validate(context);
            },
            preview(context) {
              if (moment === 'pictures') flag.raise('stop');
              return system.preview(context);
            },
          })),
      });
      const whole = perform('train', askOf({ id: 'r-whole' }));
      await whole.done;
      const first = perform('train', askOf(), { flag, rooms });
      expect(await first.done).toMatchObject({ status: 'cancelled', step: 20 });
      const second = perform('train', askOf({}, true));
      await second.done;
      for (const metric of ['validation/mse', 'health/gradient_norm', 'health/gradient_peak']) {
        expect(curve(first.notes, metric).size).toBe(0);
        expect(curve(second.notes, metric)).toEqual(curve(whole.notes, metric));
      }
      expect([...curve(second.notes, 'validation/mse').keys()]).toEqual([20, 40, 60]);
    },
  );

  it('stopped before its first step it keeps nothing', async () => {
    const flag = Flag.create();
    flag.raise('stop');
    expect(await perform('train', askOf(), { flag }).done).toMatchObject({ status: 'cancelled', step: 0 });
    expect(await manifestsIn(folderOf())).toEqual([]);
  });

  it('resuming without a checkpoint starts anew; the best so far is remembered where there is one', async () => {
    const fresh = perform('train', askOf({}, true));
    expect(await fresh.done).toMatchObject({ step: 60 });
    expect([...curve(fresh.notes, 'train/loss').keys()][0]).toBe(1);
    const more = perform('train', askOf({ config: { steps: 61, learningRate: 5 } }, true));
    await more.done;
    expect((await manifestsIn(folderOf())).find(({ kept }) => kept.includes('best'))?.step).not.toBe(61);
  });

  it('a truncated checkpoint falls back to the one before, says so, and ends bitwise the same', async () => {
    const whole = perform('train', askOf());
    await whole.done;
    await truncate(join(folderOf(), `step-${'60'.padStart(10, '0')}.safetensors`), 200);
    const again = perform('train', askOf({}, true));
    expect(await again.done).toMatchObject({ status: 'finished', step: 60 });
    expect([...curve(again.notes, 'train/loss').keys()][0]).toBe(41);
    for (const [step, loss] of curve(again.notes, 'train/loss'))
      expect(loss).toBe(curve(whole.notes, 'train/loss').get(step));
    expect(eventsOf(again.notes)[0]).toMatchObject({
      level: 'warning',
      text: expect.stringContaining('step 60 is passed over'),
    });
  });

  it('with every checkpoint damaged it refuses, and changes nothing', async () => {
    await perform('train', askOf()).done;
    const files = (await readdir(folderOf())).filter((name) => name.endsWith('.safetensors'));
    for (const file of files) await truncate(join(folderOf(), file), 50);
    await expect(perform('train', askOf({}, true)).done).rejects.toThrow('no checkpoint of the run is whole');
    expect((await readdir(folderOf())).filter((name) => name.endsWith('.safetensors'))).toEqual(files);
  });
});

describe('a run that starts from another', () => {
  const child = (changes: Parameters<typeof makeRun>[1] = {}) => askOf({ id: 'r-child', parent: 'r-test', ...changes });

  it('begins with the weights of its best checkpoint, and with an optimizer at rest', async () => {
    await perform('train', askOf()).done;
    const still = perform('train', child({ config: { steps: 1, learningRate: 0 } }));
    await still.done;
    const [parent, own] = [await latestCheckpoint(folderOf()), await latestCheckpoint(folderOf('r-child'))];
    expect(own.loaded?.values.get('encoder')).toEqual(parent.loaded?.values.get('encoder'));
    expect(own.loaded?.values.get('decoder')).toEqual(parent.loaded?.values.get('decoder'));
    expect(own.loaded?.values.get('optimizer.steps')?.data).toEqual(Float32Array.of(1));
  });

  it('of another shape is refused with both shapes', async () => {
    await perform('train', askOf()).done;
    await expect(perform('train', child({ config: { width: 5 } })).done).rejects.toThrow(
      'encoder must have shape [64,5], but there it has [64,4]',
    );
  });
});

it('resumes no later than what the store has heard of, bitwise as before', async () => {
  const whole = perform('train', askOf());
  await whole.done;
  const again = perform('train', { ...askOf({}, true), upTo: 45 });
  await again.done;
  const losses = curve(again.notes, 'train/loss');
  expect([...losses.keys()][0]).toBe(41);
  for (const [step, loss] of losses) expect(loss).toBe(curve(whole.notes, 'train/loss').get(step));
});

describe('a pause', () => {
  it('writes a checkpoint, waits, goes on where it was, and its time is not counted', async () => {
    const flag = Flag.create();
    let pausedAt = 0;
    const seconds: number[] = [];
    const { done, notes } = perform('train', askOf(), {
      flag,
      rooms: stoppingAt(30, flag, 'pause'),
      note(note) {
        if (note.kind !== 'state') return;
        seconds.push(note.seconds);
        if (note.status === 'paused') {
          pausedAt = note.step;
          setTimeout(() => flag.raise('resume'), 300);
        }
      },
    });
    const result = await done;
    expect(pausedAt).toBe(30);
    expect(result).toMatchObject({ status: 'finished', step: 60 });
    const whole = perform('train', askOf({ id: 'r-whole' }));
    await whole.done;
    expect(curve(notes, 'train/loss')).toEqual(curve(whole.notes, 'train/loss'));
    const states = notes.filter((note) => note.kind === 'state');
    const pause = states.findIndex(({ status }) => status === 'paused');
    expect(states[pause + 1]!.status).toBe('running');
    expect(states[pause + 1]!.seconds - states[pause]!.seconds).toBeLessThan(0.2);
    expect(notes.some((note) => note.kind === 'checkpoints' && note.checkpoints.at(-1)!.step === 30)).toBe(true);
  });

  it('a stop while paused ends the run', async () => {
    const flag = Flag.create();
    const { done } = perform('train', askOf(), {
      flag,
      rooms: stoppingAt(30, flag, 'pause'),
      note: (note) => note.kind === 'state' && note.status === 'paused' && flag.raise('stop'),
    });
    expect(await done).toMatchObject({ status: 'cancelled', step: 30 });
  });
});

describe('what goes wrong', () => {
  it('a loss that is no number stops the run, names the step, and the last good checkpoint stays', async () => {
    const rooms = testRooms({
      recipeOf: () => linearRecipe(() => ({ learningRate: (step) => (step === 25 ? 1e38 : 0.01) })),
    });
    const { done, notes } = perform('train', askOf(), { rooms });
    await expect(done).rejects.toThrow(
      /stopped at step 26: .* no longer a finite number; the checkpoint of step 20 is safe\. The first to give a number that is not finite was \w+ in \S+, at step 25 \(update of the weights\)$/,
    );
    expect(eventsOf(notes).at(-1)?.text).toBe('looking for what made it: steps 21 to 26 are repeated');
    expect((await latestCheckpoint(folderOf())).loaded?.manifest.step).toBe(20);
    for (const value of curve(notes, 'train/loss').values()) expect(value).toBeTypeOf('number');
    expect(Math.max(...curve(notes, 'train/loss').keys())).toBeLessThan(28);
  });

  it('what overflows in the model itself is named by its op and block', async () => {
    let now = 0;
    const overflowing = linearRecipe((system) => ({
      feeds(x, random, step) {
        const { noise } = system.feeds(x, random, step);
        return { x, noise: now < 5 ? noise! : noise!.map((value) => value * 1e30) };
      },
      learningRate(step) {
        now = step;
        return 0;
      },
    }));
    const { done } = perform('train', askOf(), { rooms: testRooms({ recipeOf: () => overflowing }) });
    await expect(done).rejects.toThrow(
      /stopped at step 5: the loss .* no checkpoint had been written yet\. .* was \w+ in \w+, at step 5 \(forward pass\)$/,
    );
  });

  it('a stop ends the search for what made it', async () => {
    const flag = Flag.create();
    const rooms = testRooms({
      recipeOf: () => linearRecipe(() => ({ learningRate: (step) => (step === 25 ? 1e38 : 0.01) })),
    });
    const { done } = perform('train', askOf(), {
      ...{ rooms, flag },
      note: (note) => note.kind === 'event' && note.event.text.includes('looking for') && flag.raise('stop'),
    });
    await expect(done).rejects.toThrow(/the checkpoint of step 20 is safe$/);
  });

  it('a full disk ends the run with what is safe and what to do; the run resumes bitwise', async () => {
    const whole = perform('train', askOf({ id: 'r-whole' }));
    await whole.done;
    const { bytes } = (await manifestsIn(folderOf('r-whole')))[0]!;
    const first = perform('train', askOf(), {
      rooms: testRooms({ disk: fullAfter(Math.round(1.7 * (bytes + 1100))) }),
    });
    await expect(first.done).rejects.toMatchObject({
      message: expect.stringMatching(
        /step 40 could not be written.*the disk is full; the checkpoint of step 20 is safe/,
      ),
      advice: expect.stringContaining('Free some space'),
    });
    expect((await readdir(folderOf())).filter((name) => name.endsWith('.part'))).toEqual([]);
    const second = perform('train', askOf({}, true));
    await second.done;
    for (const [step, loss] of curve(second.notes, 'train/loss'))
      expect(loss).toBe(curve(whole.notes, 'train/loss').get(step));
  });

  it('a folder that cannot be written to is told before any training', async () => {
    const { disk, lock } = lockable();
    lock();
    const { done, notes } = perform('train', askOf(), { rooms: testRooms({ disk }) });
    await expect(done).rejects.toThrow('cannot be written to (EROFS)');
    expect(curve(notes, 'train/loss').size).toBe(0);
  });

  it('WebGPU that is not there: trains on the CPU and says so', async () => {
    const { done, notes } = perform('train', askOf({ deviceChoice: 'webgpu' }));
    await done;
    const { device } = notes.find((note) => note.kind === 'state')!;
    const told = eventsOf(notes).some(({ text }) => text.includes('on the CPU instead'));
    expect(told).toBe(device === 'cpu'); // where this machine has WebGPU, the run uses it
  });
});
