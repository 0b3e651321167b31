import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { processBytes } from '#main/jobs/network/memory';
import { bundleForNode } from '#test/jobs/bundle';

it('the memory of a training process is estimated to within a factor of 1.5', async () => {
  const { path, remove } = await bundleForNode('test/support/jobs/memory.ts');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [path]);
    const { estimated, measured } = JSON.parse(stdout);
    expect(estimated / measured).toBeGreaterThan(1 / 1.5);
    expect(estimated / measured).toBeLessThan(1.5);
  } finally {
    await remove();
  }
}, 60_000);

it('more results, more weights and larger inputs each take more', () => {
  const about = { variableBytes: 1e6, peakBytes: 1e6, inputBytes: 1e6 };
  for (const name of ['variableBytes', 'peakBytes', 'inputBytes'] as const)
    expect(processBytes({ ...about, [name]: 2e6 })).toBeGreaterThan(processBytes(about));
});
