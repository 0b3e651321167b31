/** Memory of this process, bytes. */

import { readFileSync } from 'node:fs';

const KIB = 1024;

/** `VmHWM` and `VmRSS` of Linux; elsewhere undefined. */
export function statusField(status: string, field: 'VmHWM' | 'VmRSS'): number | undefined {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
  return found ? Number(found[1]) * KIB : undefined;
}

function status(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return ''; // no Linux
  }
}

/** The most that was resident at one time. Not maxRSS where it can be helped: a child inherits its parent's. */
export const peakMemory = (): number => statusField(status(), 'VmHWM') ?? process.resourceUsage().maxRSS * KIB;

export const residentMemory = (): number => statusField(status(), 'VmRSS') ?? process.memoryUsage().rss;
