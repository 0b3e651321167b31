/** What a run was made with, for its record: a figure can only be repeated where this is known. */
import { arch, availableParallelism, cpus, release, type } from 'node:os';
import { env } from 'onnxruntime-node';
import type { Device } from '#app/records/run';

export function environmentOf(device: Device): Record<string, string> {
  const { node, electron } = process.versions;
  return {
    system: `${type()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: String(availableParallelism()),
    device,
    onnxruntime: env.versions.node ?? env.versions.common,
    node,
    ...(electron && { electron }),
  };
}
