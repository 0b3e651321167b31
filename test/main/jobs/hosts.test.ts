import { spawn } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { latestCheckpoint } from '#main/jobs/checkpoint';
import { forkNode } from '#main/jobs/fork-node';
import { createHosts, HostDied, type HostsOptions } from '#main/jobs/hosts';
import type { Fork, Hosts, Note } from '#main/jobs/protocol';
import { bundleHost } from '#test/jobs/bundle';
import { curve, makeProject, makeRun, type TestProject } from '#test/jobs/project';

let bundle: Awaited<ReturnType<typeof bundleHost>>;
let project: TestProject;
let hosts: Hosts;
/** Every process that was started, in order. */
let pids: number[];
const spy: Fork = (...args) => {
  const child = forkNode(...args);
  pids.push(child.pid!);
  return child;
};
const open = (options: Partial<HostsOptions> = {}) => createHosts({ fork: spy, modulePath: bundle.path, ...options });
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = async (pid: number) => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
};
const askOf = (changes: Parameters<typeof makeRun>[1] = {}, resume = false) => ({
  folders: project.folders,
  run: makeRun(project, changes),
  dataset: project.dataset,
  resume,
});
const endless = { config: { steps: 1_000_000, validateEvery: 200 } };
const picture = () => ({ folders: project.folders, dataset: project.dataset, indices: [0] });

beforeAll(async () => {
  bundle = await bundleHost();
}, 60_000);
afterAll(() => bundle.remove());
beforeEach(async () => {
  project = await makeProject();
  pids = [];
  hosts = open();
});
afterEach(async () => {
  await hosts.close();
  await project.remove();
});

describe('the lanes', () => {
  it('training gets a fresh process each time, which ends with it', async () => {
    for (const id of ['r-one', 'r-two']) {
      const notes: Note[] = [];
      const result = await hosts.run('train', 'train', askOf({ id }), (note) => notes.push(note)).done;
      expect(result).toMatchObject({ status: 'finished', step: 60 });
      expect(curve(notes, 'train/loss').size).toBe(60);
    }
    expect(pids).toHaveLength(2);
    await Promise.all(pids.map(gone));
  });

  it('data and look keep their process while they are asked, typed arrays cross whole', async () => {
    for (let i = 0; i < 3; i++) {
      const { pixels } = await hosts.run('look', 'pictures', picture()).done;
      expect(pixels).toBeInstanceOf(Uint8Array);
      expect(pixels).toHaveLength(64);
    }
    expect(pids).toHaveLength(1);
    await hosts.run('data', 'pictures', picture()).done;
    expect(pids).toHaveLength(2);
  });

  it('several questions to one lane are answered side by side', async () => {
    const asked = Array.from({ length: 20 }, () => hosts.run('look', 'pictures', picture()).done);
    expect(await Promise.all(asked)).toHaveLength(20);
    expect(pids).toHaveLength(1);
  });

  it('an idle host ends, and the next question starts another', async () => {
    await hosts.close();
    hosts = open({ idleMs: 30 });
    await hosts.run('look', 'pictures', picture()).done;
    await gone(pids[0]!);
    await hosts.run('look', 'pictures', picture()).done;
    expect(pids).toHaveLength(2);
  });

  it('a second training at once is a bug of the asker', async () => {
    const first = hosts.run('train', 'train', askOf(endless));
    expect(() => hosts.run('train', 'train', askOf({ id: 'r-two' }))).toThrow('one training job at a time');
    first.signal('stop');
    await first.done;
  });

  it('an error in a task crosses with its kind and advice, and harms no other task', async () => {
    const failing = hosts.run('look', 'pictures', { ...picture(), indices: [1000] }).done;
    await expect(failing).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('1000') });
    await hosts.run('look', 'pictures', picture()).done;
    expect(pids).toHaveLength(1);
  });
});

describe('a stop', () => {
  it('is answered between two steps, and the checkpoint of that step is on disk', async () => {
    const running = hosts.run('train', 'train', askOf(endless), (note) => {
      if (note.kind === 'points') running.signal('stop');
    });
    const { status, step } = await running.done;
    expect(status).toBe('cancelled');
    const { loaded } = await latestCheckpoint(join(project.folders.checkpoints, 'r-test'));
    expect(loaded?.manifest.step).toBe(step);
  });

  it('before the host was ready is not lost', async () => {
    const running = hosts.run('train', 'train', askOf(endless));
    running.signal('stop');
    expect(await running.done).toMatchObject({ status: 'cancelled' });
  });

  it('that is not answered ends the process; the task is cancelled, and the next one runs', async () => {
    await hosts.close();
    hosts = open({ graceMs: { train: 50 } });
    const hanging = hosts.run('train', 'train', askOf({ recipe: 'linear:hang' }), (note) => {
      if (note.kind === 'state') hanging.signal('stop'); // raised at once, but step 3 may already be under way
    });
    const end = await hanging.done.then(
      ({ status }) => status,
      (error: { kind: string }) => error.kind,
    );
    expect(end).toBe('cancelled');
    expect(await hosts.run('train', 'train', askOf({ id: 'r-next' })).done).toMatchObject({ status: 'finished' });
  });

  it('pauses and goes on across processes', async () => {
    const statuses: string[] = [];
    let asked = false;
    const running = hosts.run('train', 'train', askOf({ config: { steps: 3000, validateEvery: 1000 } }), (note) => {
      if (note.kind === 'points' && !asked) {
        asked = true;
        running.signal('pause');
      }
      if (note.kind !== 'state') return;
      statuses.push(note.status);
      if (note.status === 'paused') running.signal('resume');
    });
    expect(await running.done).toMatchObject({ status: 'finished', step: 3000 });
    expect(statuses).toContain('paused');
    expect(statuses.at(-1)).toBe('running');
  });
});

it('a run that diverges ends with the op and step that made the first NaN, and its last good checkpoint', async () => {
  const config = { steps: 100, validateEvery: 1, learningRate: 1e6 };
  const events: string[] = [];
  const running = hosts.run('train', 'train', askOf({ config }), (note) => {
    if (note.kind === 'event') events.push(note.event.text);
  });
  const error = (await running.done.catch((error: unknown) => error)) as Error;
  const found =
    /^training stopped at step (\d+): the (?:loss|gradient) is no longer a finite number; the checkpoint of step (\d+) is safe\. The first to give a number that is not finite was (\w+) in (\S+), at step (\d+) \((.+)\)$/.exec(
      error.message,
    );
  expect(found, error.message).not.toBeNull();
  const [, step, safe, , , first] = found!;
  expect(Number(safe)).toBe(Number(step) - 1);
  expect([Number(step), Number(step) - 1]).toContain(Number(first));
  expect(events.at(-1)).toBe(`looking for what made it: steps ${step} to ${step} are repeated`);
  const { loaded } = await latestCheckpoint(join(project.folders.checkpoints, 'r-test'));
  expect(loaded?.manifest.step).toBe(Number(safe));
  for (const { data } of loaded!.values.values()) expect(data.every(Number.isFinite)).toBe(true);
});

describe('a host that dies', () => {
  it('killed: its run is told lost, with the step that is safe; the window is told; another run starts', async () => {
    const states: [string, string?][] = [];
    hosts.onState((state, message) => states.push(message === undefined ? [state] : [state, message]));
    const running = hosts.run('train', 'train', askOf(endless), (note) => {
      if (note.kind === 'checkpoints') process.kill(pids[0]!, 'SIGKILL');
    });
    const error = await running.done.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HostDied);
    expect(error).toMatchObject({
      kind: 'failed',
      message: 'the training process ended unexpectedly (SIGKILL)',
      safeStep: 200,
      advice:
        'The run can be resumed from step 200. If the system ended it for want of memory, close other programs or choose a smaller batchSize.',
    });
    expect(states).toEqual([
      ['starting'],
      ['training'],
      ['crashed', 'the training process ended unexpectedly (SIGKILL)'],
    ]);
    const again = hosts.run('train', 'train', askOf(endless, true), (note) => {
      if (note.kind === 'points') again.signal('stop');
    });
    expect((await again.done).step).toBeGreaterThan(200);
  });

  it('aborted from inside, as by a driver: told likewise', async () => {
    const running = hosts.run('train', 'train', askOf({ recipe: 'linear:abort' }));
    await expect(running.done).rejects.toThrow('the training process ended unexpectedly (SIGABRT)');
    await expect(running.done).rejects.toMatchObject({ advice: expect.stringContaining('start the run again') });
  });

  it('whose own files are gone, as when the program is updated while it runs: says so, and that nothing was saved', async () => {
    const built = dirname(bundle.path);
    const half = `${built}-half`;
    cpSync(built, half, { recursive: true });
    try {
      for (const file of readdirSync(half, { recursive: true, encoding: 'utf8' }))
        if (/serve.*\.js$/.test(file)) rmSync(join(half, file));
      hosts = open({ modulePath: join(half, basename(bundle.path)) });
      const error = await hosts.run('train', 'train', askOf()).done.catch((error: unknown) => error);
      expect(error).toBeInstanceOf(HostDied);
      expect(error).toMatchObject({
        message: expect.stringMatching(/^the training process ended unexpectedly \(Cannot find module .*serve/),
        advice: 'No checkpoint had been written yet; start the run again.',
      });
    } finally {
      rmSync(half, { recursive: true, force: true });
    }
  });

  it('a look host that died is started anew by the next question', async () => {
    await hosts.run('look', 'pictures', picture()).done;
    process.kill(pids[0]!, 'SIGKILL');
    await gone(pids[0]!);
    await new Promise((resolve) => setTimeout(resolve, 50)); // its exit reaches this process
    await hosts.run('look', 'pictures', picture()).done;
    expect(pids).toHaveLength(2);
  });

  it('a host that cannot start rejects what was asked of it', async () => {
    await hosts.close();
    hosts = open({ modulePath: join(project.root, 'nothing.js') });
    await expect(hosts.run('look', 'pictures', picture()).done).rejects.toThrow(
      'the explorer process ended unexpectedly',
    );
  });
});

it('a host whose parent is killed ends as well', async () => {
  const script = `
    const host = require('node:child_process').fork(${JSON.stringify(bundle.path)}, { serialization: 'advanced' });
    host.on('message', ({ type }) => type === 'ready' && console.log(host.pid));`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});

describe('closing', () => {
  it('stops training with a last checkpoint, and ends every process', async () => {
    let step = 0;
    const running = hosts.run('train', 'train', askOf(endless), (note) => {
      if (note.kind === 'state') step = note.step;
    });
    await hosts.run('look', 'pictures', picture()).done;
    await hosts.close();
    expect(await running.done).toMatchObject({ status: 'cancelled', step });
    await Promise.all(pids.map(gone));
    expect(() => hosts.run('look', 'pictures', picture())).toThrow('closed');
  });
});
