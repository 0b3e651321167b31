import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tasks } from '#main/jobs/protocol';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});
afterAll(() => project.remove());
const plan = (what: Partial<Tasks['plan']['ask']> = {}) => {
  const { folders, dataset } = project;
  const config = { batchSize: 16, channels: 8, codeLength: 4, residualChannels: 4, ...what.config };
  const ask = {
    folders,
    dataset,
    recipe: 'vq-vae',
    preset: 'tiny' as const,
    peakGflops: { cpu: 100 },
    measure: false,
    ...what,
    config,
  };
  return perform('plan', ask, { rooms: vqVaeRooms }).done;
};

it('counts what would be built, and estimates time and memory from the measured speed', async () => {
  const { parameters, parts, blocks, flopsPerItem, steps, epochs, estimates, issues } = await plan({ steps: 120 });
  expect(issues).toEqual([]);
  expect(parts.reduce((sum, part) => sum + part.parameters, 0)).toBe(parameters);
  expect(blocks.length).toBeGreaterThan(3);
  expect({ steps, epochs }).toEqual({ steps: 120, epochs: (120 * 16) / 60 });
  const cpu = estimates.find(({ device }) => device === 'cpu')!;
  const validated = 20 * project.dataset.splitCounts.validation; // items, each a third of the work
  expect(cpu.seconds).toBeCloseTo((flopsPerItem * (16 * 120 + validated / 3)) / (100e9 * 0.6), 9);
  expect(cpu.memoryBytes).toBeGreaterThan(16 * parameters);
});

it('turns epochs into steps', async () => {
  expect((await plan({ epochs: 4 })).steps).toBe(15); // 4 · 60 / 16
});

it('takes the time of real steps where it may try some, whatever the peak says', async () => {
  const seconds = async (peak: number) =>
    (await plan({ steps: 120, measure: true, peakGflops: { cpu: peak } })).estimates[0]!.seconds!;
  const first = await seconds(100);
  expect(first).toBeGreaterThan(0);
  expect(await seconds(200)).toBe(first); // timed once, and not worked out from the peak
});

it('tells no time for a device that was not measured', async () => {
  const [cpu] = (await plan({ peakGflops: {} })).estimates;
  expect(cpu).not.toHaveProperty('seconds');
});

it('lists a setting that cannot stand by its path, and what does not fit the data', async () => {
  expect((await plan({ config: { batchSize: -1 } })).issues).toMatchObject([{ path: 'batchSize' }]);
  const { issues } = await plan({ config: { batchSize: 64 } });
  expect(issues[0]!.message).toContain('batch');
});

it('notes a run that ends before all items were seen', async () => {
  expect((await plan({ steps: 2 })).notes).toMatchObject([{ path: 'steps' }]);
});
