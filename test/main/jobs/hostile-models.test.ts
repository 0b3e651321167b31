/** A network that was made to hang, to eat memory or to crash ends in words, and takes neither main nor another host along. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createJobCenter, type Work } from '#main/calls/job-center';
import { forkNode } from '#main/jobs/fork-node';
import { createHosts } from '#main/jobs/hosts';
import type { Fork, Hosts } from '#main/jobs/protocol';
import { classifier, greedy, loop } from '#test/foreign/models';
import { bundleHost } from '#test/jobs/bundle';
import { makeProject, type TestProject } from '#test/jobs/project';

let bundle: Awaited<ReturnType<typeof bundleHost>>;
let project: TestProject;
let hosts: Hosts;
let pid = 0;
const crashes: string[] = [];
const spy: Fork = (...args) => {
  const child = forkNode(...args);
  pid = child.pid!;
  return child;
};

beforeAll(async () => {
  bundle = await bundleHost();
  project = await makeProject();
  hosts = createHosts({ fork: spy, modulePath: bundle.path });
  hosts.onState((state, message) => state === 'crashed' && crashes.push(message ?? ''));
}, 120_000);
afterAll(async () => {
  await hosts.close();
  await project.remove();
  await bundle.remove();
});

/** Imports as the calls do, with the time that a test can wait. */
async function imported(name: string, bytes: Uint8Array, seconds = 60) {
  const path = join(project.root, name);
  await writeFile(path, bytes);
  const work: Work<'model.import'> = {
    ...{ kind: 'import', title: name, lane: 'probe', task: 'model.import' },
    ask: { folders: project.folders, path, dataset: project.dataset, config: {} },
    limit: { seconds, message: `${path}: did not give one item's values within ${seconds} s` },
  };
  const jobs = createJobCenter(() => {});
  const { job, result } = jobs.start(hosts, work);
  return { result, job: () => jobs.get(job.id) };
}

const looks = () =>
  hosts.run('look', 'pictures', { folders: project.folders, dataset: project.dataset, indices: [0, 1] }).done;

it('a loop without end is ended with its process after its time, while another host goes on', async () => {
  const { result, job } = await imported('endless.onnx', loop(2n ** 62n), 4);
  await expect(looks()).resolves.toBeDefined();
  await expect(result).rejects.toThrow("endless.onnx: did not give one item's values within 4 s");
  expect(job()).toMatchObject({ status: 'failed', message: expect.stringContaining('nothing was changed') });
  await expect((await imported('good.onnx', classifier())).result).resolves.toMatchObject({ name: 'good' });
});

it('a network that asks for 400 GB is refused, and its host lives on', async () => {
  await expect((await imported('greedy.onnx', greedy())).result).rejects.toThrow(/greedy\.onnx: .*cannot run it/);
  const before = pid;
  await expect((await imported('good.onnx', classifier())).result).resolves.toBeDefined();
  expect(pid).toBe(before);
});

it('should the process die in the middle of it, the import fails in words and the next one works', async () => {
  const { result, job } = await imported('crash.onnx', loop(2n ** 62n));
  setTimeout(() => process.kill(pid, 'SIGABRT'), 2000);
  await expect(result).rejects.toThrow(/ended|SIGABRT/);
  expect(job().status).toBe('interrupted');
  expect(crashes.length).toBeGreaterThan(0);
  await expect((await imported('good.onnx', classifier())).result).resolves.toBeDefined();
});
