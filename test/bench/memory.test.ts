/** Laws of reading the memory of a process. */
import { expect, it } from 'vitest';
import { peakMemory, residentMemory, statusField } from '../../bench/memory';

const status = 'Name:\tnode\nVmPeak:\t 9999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t11\n';

it('reads kibibytes as bytes, of the field that is asked for', () => {
  expect(statusField(status, 'VmHWM')).toBe(2 * 2 ** 20);
  expect(statusField(status, 'VmRSS')).toBe(2 ** 20);
});

it('has no answer where the system writes no such field', () => {
  expect(statusField('', 'VmHWM')).toBeUndefined();
});

it('the peak is never below what is held now, and rises with what is held', () => {
  const before = peakMemory();
  const held = new Uint8Array(256 * 2 ** 20).fill(1);
  // The kernel keeps both counts in batches of pages for each thread, so they may differ by some of those.
  expect(peakMemory()).toBeGreaterThanOrEqual(residentMemory() - 2 ** 20);
  expect(peakMemory()).toBeGreaterThan(before + 128 * 2 ** 20);
  expect(held[0]).toBe(1);
});
