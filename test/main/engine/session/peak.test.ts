/** What a step takes besides weights, measured in processes of their own: ONNX Runtime must really free what it can. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleForNode } from '#test/jobs/bundle';

let child: Bundle;
beforeAll(async () => {
  child = await bundleForNode('test/support/engine/peak-child.ts');
}, 60_000);
afterAll(() => child.remove());

/** Peak of two steps of a deep stack, in units of what its backward pass must find from the forward pass. */
async function peak(mode: 'plain' | 'recompute', k: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [child.path, mode, String(k)]);
  const { taken, kept } = JSON.parse(stdout) as { taken: number; kept: number };
  return taken / kept;
}

describe('the memory of a step', () => {
  it('is little more than what the backward pass needs of the forward pass', async () => {
    expect(await peak('plain', 1)).toBeLessThan(1.3); // 2.4 with a plan of memory, and gradients summed in another order
  });

  it('falls with recomputation', async () => {
    expect(await peak('recompute', 1)).toBeLessThan(0.45);
  });

  it('falls with the number of micro-batches', async () => {
    expect(await peak('plain', 4)).toBeLessThan(0.4);
  });
});
