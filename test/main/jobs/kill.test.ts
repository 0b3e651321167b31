/** Promise 2 of the ground plan: `kill -9` at any moment loses nothing that was reported as saved. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '#main/engine';
import { loadValues, manifestsIn } from '#main/jobs/checkpoint';
import { forkNode } from '#main/jobs/fork-node';
import { createHosts } from '#main/jobs/hosts';
import type { Fork, Hosts, Note } from '#main/jobs/protocol';
import { bundleHost } from '#test/jobs/bundle';
import { curve, makeProject, makeRun, perform, type TestProject } from '#test/jobs/project';
import { hasWebgpu } from '#test/numeric';

const config = { steps: 2000, validateEvery: 10 };

let bundle: Awaited<ReturnType<typeof bundleHost>>;
let project: TestProject;
let hosts: Hosts;
let pid = 0;
const spy: Fork = (...args) => {
  const child = forkNode(...args);
  pid = child.pid!;
  return child;
};
/** What a run that was never interrupted tells. */
let whole: Note[];

beforeAll(async () => {
  bundle = await bundleHost();
  project = await makeProject();
  hosts = createHosts({ fork: spy, modulePath: bundle.path });
  const { done, notes } = perform('train', askOf('r-whole', 'linear', false));
  await done;
  whole = notes;
}, 120_000);
afterAll(async () => {
  await hosts.close();
  await project.remove();
  await bundle.remove();
});

const askOf = (id: string, recipe: string, resume = true) => ({
  folders: project.folders,
  run: makeRun(project, { id, recipe, config }),
  dataset: project.dataset,
  resume,
});

/** After a death: every manifest speaks of a whole checkpoint, and none that was told has been lost. */
async function expectNothingLost(id: string, notes: readonly Note[]): Promise<void> {
  const folder = join(project.folders.checkpoints, id);
  const onDisk = await manifestsIn(folder);
  for (const manifest of onDisk) await expect(loadValues(folder, manifest)).resolves.toBeDefined();
  const told = notes.findLast((note) => note.kind === 'checkpoints')?.checkpoints ?? [];
  const [last, best] = (['last', 'best'] as const).map((kept) => told.find((one) => one.kept.includes(kept)));
  if (last) expect(onDisk.at(-1)!.step).toBeGreaterThanOrEqual(last.step);
  if (best) expect(onDisk.find(({ kept }) => kept.includes('best'))!.step).toBeGreaterThanOrEqual(best.step);
}

/** Every loss that was told, in whichever life of the run, is that of the run that was never interrupted. */
function expectSameCurves(notes: readonly Note[]): void {
  for (const metric of ['train/loss', 'validation/mse']) {
    const right = curve(whole, metric);
    for (const note of notes)
      if (note.kind === 'points')
        for (const { step, name, value } of note.points) if (name === metric) expect(value).toBe(right.get(step));
  }
}

// Twenty processes each: under half a minute alone, longer on a machine that is busy with other tests.
describe('killed again and again', { timeout: 180_000 }, () => {
  it('20 times at random moments: nothing is lost, nothing is damaged, and it ends bitwise the same', async () => {
    const delays = Array.from(stream(20).integers(20, 60)); // ms after the first message of this life
    const notes: Note[] = [];
    let deaths = 0;
    for (const delay of delays) {
      let first = true;
      const running = hosts.run('train', 'train', askOf('r-random', 'linear'), (note) => {
        notes.push(note);
        if (note.kind !== 'points' || !first) return;
        first = false;
        const victim = pid;
        setTimeout(() => process.kill(victim, 'SIGKILL'), delay);
      });
      await expect(running.done).rejects.toThrow('ended unexpectedly (SIGKILL)');
      deaths++;
      await expectNothingLost('r-random', notes);
    }
    expect(deaths).toBe(20);
    await hosts.run('train', 'train', askOf('r-random', 'linear'), (note) => notes.push(note)).done;
    expectSameCurves(notes);
    expect(new Set(curve(notes, 'train/loss').keys()).size).toBe(config.steps);
  });

  it('before each operation on the disk while a checkpoint is written, renamed and pruned', async () => {
    const notes: Note[] = [];
    for (let operation = 1; operation <= 40; operation += 2) {
      const recipe = `linear:die:${operation}`;
      const running = hosts.run('train', 'train', askOf('r-disk', recipe), (note) => notes.push(note));
      await expect(running.done).rejects.toThrow('ended unexpectedly (SIGKILL)');
      await expectNothingLost('r-disk', notes);
    }
    expectSameCurves(notes);
  });
});

// A process with software WebGPU needs two seconds to its first step: fewer of them.
describe('killed at random moments on WebGPU', { timeout: 120_000 }, () => {
  it('nothing is lost, nothing is damaged, and it ends bitwise the same', async () => {
    if (!(await hasWebgpu())) return;
    const ask = (id: string) => ({
      folders: project.folders,
      run: makeRun(project, { id, recipe: 'linear', deviceChoice: 'webgpu', config: { steps: 30, validateEvery: 5 } }),
      dataset: project.dataset,
      resume: true,
    });
    const right: Note[] = [];
    await hosts.run('train', 'train', ask('r-webgpu-whole'), (note) => right.push(note)).done;
    const notes: Note[] = [];
    let deaths = 0;
    for (const delay of [0, 150, 300]) {
      let first = true;
      const running = hosts.run('train', 'train', ask('r-webgpu'), (note) => {
        notes.push(note);
        if (note.kind !== 'checkpoints' || !first) return;
        first = false;
        const victim = pid;
        setTimeout(() => process.kill(victim, 'SIGKILL'), delay);
      });
      const died = await running.done.then(
        () => false,
        () => true,
      );
      if (!died) break; // it was at its end before the blow fell
      deaths++;
      await expectNothingLost('r-webgpu', notes);
    }
    expect(deaths).toBeGreaterThan(0);
    await hosts.run('train', 'train', ask('r-webgpu'), (note) => notes.push(note)).done;
    for (const metric of ['train/loss', 'validation/mse'])
      for (const [step, value] of curve(notes, metric)) expect(value).toBe(curve(right, metric).get(step));
    expect(curve(notes, 'train/loss').size).toBe(30);
  });
});
