/** Sessions give back what they take: a window stays open for weeks. Measured in a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleForNode } from '#test/jobs/bundle';
import { hasWebgpu } from '#test/numeric';

let child: Bundle;
beforeAll(async () => {
  child = await bundleForNode('test/support/engine/session-child.ts');
}, 60_000);
afterAll(() => child.remove());

/** Resident memory in bytes at ten moments of what is done, evenly apart. */
async function memoryOf(device: string, what: 'sessions' | 'forgotten' | 'steps', count: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--expose-gc', child.path, device, what, String(count)],
  ]);
  return JSON.parse(stdout) as number[];
}

/** Bytes by which memory grew over the second half of what was done; in the first half it may find its size. */
async function growth(...asked: Parameters<typeof memoryOf>): Promise<number> {
  const memory = await memoryOf(...asked);
  return memory.at(-1)! - memory[4]!;
}

/** Bytes that the least memory of the last three moments has over the most of the first four: swings cancel, leaks add up. */
async function lastingGrowth(...asked: Parameters<typeof memoryOf>): Promise<number> {
  const memory = await memoryOf(...asked);
  return Math.min(...memory.slice(-3)) - Math.max(...memory.slice(0, 4));
}

const [KB, MB] = [1e3, 1e6];

describe('on the CPU', () => {
  it('a hundred sessions that were opened and closed leave nothing', async () => {
    expect(await growth('cpu', 'sessions', 100)).toBeLessThan(50 * 80 * KB); // 25–35 KB each were seen, falling
  });

  it('which would be seen: sessions that nobody closes', async () => {
    expect(await growth('cpu', 'forgotten', 100)).toBeGreaterThan(50 * 100 * KB);
  });

  it('two thousand steps take no more memory than two hundred', async () => {
    expect(await growth('cpu', 'steps', 2000)).toBeLessThan(MB); // of a thousand: 1 KB in each would show
  });
});

describe('on WebGPU', () => {
  // Software WebGPU needs a third of a second for a session, and its own memory swings by 50 MB.
  it('sessions that were opened and closed leave no tensor on the device', async () => {
    if (!(await hasWebgpu())) return;
    // Each has 12 MB of weights and moments there: between the fourth and the eighth moment eight were opened.
    expect(await lastingGrowth('webgpu', 'sessions', 20)).toBeLessThan(8 * 4 * MB);
  });

  it('which would be seen: sessions that nobody closes', async () => {
    if (!(await hasWebgpu())) return;
    expect(await lastingGrowth('webgpu', 'forgotten', 20)).toBeGreaterThan(8 * 8 * MB);
  });

  it('steps leave no tensor on the device', async () => {
    if (!(await hasWebgpu())) return;
    expect(await growth('webgpu', 'steps', 200)).toBeLessThan(10 * MB); // 8 MB are replaced in each of a hundred
  });
});
