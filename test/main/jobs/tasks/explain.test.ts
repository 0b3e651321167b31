import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Network } from '#app/records/network';
import { Flag } from '#main/jobs/flag';
import type { Note, Tasks } from '#main/jobs/protocol';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});
afterAll(() => project.remove());

function explain(
  what: Partial<Tasks['explain']['ask']> = {},
  note: (note: Note) => void = () => {},
  flag = Flag.create(),
) {
  const { folders, dataset } = project;
  const config = { batchSize: 16, channels: 8, codeLength: 4, residualChannels: 4, ...what.config };
  const ask = { folders, dataset, recipe: 'vq-vae', preset: 'tiny' as const, profile: false, ...what, config };
  return perform('explain', ask, { rooms: vqVaeRooms, note, flag });
}
const total = (network: Network, of: (block: Network['blocks'][number]) => number) =>
  network.blocks.reduce((sum, block) => sum + of(block), 0);

it('the blocks together have all parameters, all work and all that is kept', async () => {
  const network = await explain().done;
  expect(total(network, ({ parameters }) => parameters)).toBe(network.parameters);
  expect(total(network, ({ state }) => state)).toBe(network.state);
  const { forward, backward, update } = network.flopsPerItem;
  expect(total(network, ({ flops }) => flops.forward)).toBeCloseTo(forward, 6);
  expect(network.nodes.reduce((sum, { flops }) => sum + flops, 0)).toBeCloseTo(16 * (forward + backward + update), 6);
  expect(16 * total(network, ({ keptBytes }) => keptBytes)).toBe(network.memory.keptBytes);
});

it('agrees with the plan of the same configuration', async () => {
  const { folders, dataset } = project;
  const config = { batchSize: 16, channels: 8, codeLength: 4, residualChannels: 4 };
  const about = { folders, dataset, recipe: 'vq-vae', preset: 'tiny' as const, config };
  const plan = await perform('plan', { ...about, peakGflops: {}, measure: false }, { rooms: vqVaeRooms }).done;
  const { parameters, flopsPerItem, memory } = await explain().done;
  expect(parameters).toBe(plan.parameters);
  expect(flopsPerItem.forward + flopsPerItem.backward).toBeCloseTo(plan.flopsPerItem, 6);
  expect(memory.processBytes).toBe(plan.estimates[0]!.memoryBytes);
});

it('goes from the fed picture through every block to the objective, shapes on the way', async () => {
  const { blocks, edges } = await explain().done;
  const [first] = blocks;
  expect(first).toMatchObject({ name: 'input', shape: [1, 8, 8] });
  expect(blocks.map(({ name }) => name)).toEqual(expect.arrayContaining(['encoder.halve1', 'codebook', 'objective']));
  const reached = new Set(['input']);
  for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
  expect(reached.has('objective')).toBe(true);
  expect(edges.filter(({ from }) => from === 'objective')).toEqual([]);
  expect(edges.find(({ from }) => from === 'encoder.halve1')?.shape).toEqual([4, 4, 4]);
});

it('profile: the time of a step is told block by block, with progress, and leaves no file behind', async () => {
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('pretext-profile-'));
  const before = left();
  const notes: Note[] = [];
  const network = await explain({ profile: true }, (note) => notes.push(note)).done;
  const { profile } = network;
  const kernels = profile!.operators.reduce((sum, { seconds }) => sum + seconds, 0);
  const inBlocks = total(network, ({ seconds }) => seconds!.forward + seconds!.backward + seconds!.update);
  expect(inBlocks + profile!.unknownSeconds).toBeCloseTo(kernels, 9);
  expect(kernels).toBeLessThanOrEqual(profile!.secondsPerStep);
  expect(profile!.unknownSeconds / kernels).toBeLessThan(0.25);
  expect(profile!.peakGflops).toBeGreaterThan(0);
  expect(notes.filter(({ kind }) => kind === 'progress').length).toBeGreaterThan(2);
  expect(left()).toEqual(before);
});

it('profile: stops between two steps when it is asked to', async () => {
  const flag = Flag.create();
  const running = explain({ profile: true }, () => flag.raise('stop'), flag);
  await expect(running.done).rejects.toMatchObject({ kind: 'cancelled' });
});

it('refuses settings that cannot stand', async () => {
  await expect(explain({ config: { batchSize: -1 } }).done).rejects.toThrow('batchSize');
});
