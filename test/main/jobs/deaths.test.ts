/** Whatever ends a training process, on whichever device: it takes nothing with it, and nothing on disk is damaged. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadValues, manifestsIn } from '#main/jobs/checkpoint';
import { forkNode } from '#main/jobs/fork-node';
import { createHosts, HostDied } from '#main/jobs/hosts';
import type { Fork, Hosts, Note } from '#main/jobs/protocol';
import { bundleHost } from '#test/jobs/bundle';
import { curve, makeProject, makeRun, type TestProject } from '#test/jobs/project';
import type { Misfortune } from '#test/jobs/slowed';
import { hasWebgpu } from '#test/numeric';

const config = { steps: 6, validateEvery: 2 };

let bundle: Awaited<ReturnType<typeof bundleHost>>;
let project: TestProject;
let hosts: Hosts;
/** Every process that was started, in order. */
const pids: number[] = [];
const spy: Fork = (...args) => {
  const child = forkNode(...args);
  pids.push(child.pid!);
  return child;
};
beforeAll(async () => {
  bundle = await bundleHost();
  project = await makeProject();
  hosts = createHosts({ fork: spy, modulePath: bundle.path });
}, 120_000);
afterAll(async () => {
  await hosts.close();
  await project.remove();
  await bundle.remove();
});

const askOf = (id: string, recipe: string, deviceChoice: 'cpu' | 'webgpu', resume = false) => ({
  folders: project.folders,
  run: makeRun(project, { id, recipe, deviceChoice, config }),
  dataset: project.dataset,
  resume,
});
const picture = () => ({ folders: project.folders, dataset: project.dataset, indices: [0] });
const train = (ask: ReturnType<typeof askOf>, notes: Note[] = []) =>
  hosts.run('train', 'train', ask, (note) => notes.push(note)).done;

/** What ends it, and what main hears of it. */
const deaths: [Misfortune, RegExp][] = [
  ['abort', /SIGABRT/],
  ['segfault', /SIGSEGV/],
  ['exit', /SIGKILL/], // the worker's end ends its process, at once
  ['throw', /nobody catches this/],
  ['download', /SIGABRT/],
];

describe.each(['cpu', 'webgpu'] as const)('while it trains on %s', (device) => {
  it('whatever ends the process: other processes go on, nothing is damaged, and the run ends bitwise the same', async () => {
    const isThere = await hasWebgpu();
    if (device === 'webgpu' && !isThere) return;
    const whole: Note[] = [];
    await train(askOf(`r-${device}-whole`, 'linear', device), whole);
    await hosts.run('look', 'pictures', picture()).done;

    const id = `r-${device}`;
    const folder = join(project.folders.checkpoints, id);
    const notes: Note[] = [];
    for (const [how, signal] of deaths) {
      if (how === 'download' && !isThere) continue;
      const started = pids.length;
      const lost = await train(askOf(id, `linear:${how}`, device, true), notes).catch((error: unknown) => error);
      expect(lost, how).toBeInstanceOf(HostDied);
      expect((lost as Error).message).toMatch(signal);

      await hosts.run('look', 'pictures', picture()).done;
      expect(pids, how).toHaveLength(started + 1); // the training process alone: the explorer's is the same as before
      const onDisk = await manifestsIn(folder);
      expect(onDisk.at(-1)?.step).toBe(2);
      for (const manifest of onDisk) await expect(loadValues(folder, manifest)).resolves.toBeDefined();
    }
    expect(await train(askOf(id, 'linear', device, true), notes)).toMatchObject({ status: 'finished', step: 6 });
    expect(curve(notes, 'train/loss')).toEqual(curve(whole, 'train/loss'));
    expect(curve(notes, 'validation/mse')).toEqual(curve(whole, 'validation/mse'));
  }, 120_000);
});
