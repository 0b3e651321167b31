/** What this computer can do: the speed of its devices, measured once and remembered, and what it lacks. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Doctor, doctor } from '#app/records/project';
import type { Device } from '#app/records/run';
import type { Hosts } from '#main/jobs/protocol';
import packageJson from '../../package.json' with { type: 'json' };
import type { UserFiles } from './user-files';

const packages = createRequire(import.meta.url); // not called `require`: the build adds one of that name
export const { version } = packageJson;

export interface Machine {
  /** The devices with their speed: remembered from the first time, or measured anew. */
  devices(anew: boolean): Promise<Doctor['devices']>;
  /** Best speed of each device that works, Gflop/s, for time estimates; measured on first use where it may be. */
  peakGflops(mayMeasure: boolean): Promise<Partial<Record<Device, number>>>;
}

const remembered = z.object({ machine: z.string(), devices: doctor.shape.devices });
const file = 'devices.json';

export function createMachine(hosts: Hosts, files: UserFiles): Machine {
  const machine = [process.platform, process.arch, cpus()[0]?.model, availableParallelism(), version].join(' ');
  let measuring: Promise<Doctor['devices']> | undefined;
  const measure = () => {
    measuring ??= hosts
      .run('probe', 'devices', { measure: true })
      .done.then(async (devices) => {
        await files.write(file, { machine, devices }).catch(() => {}); // only a memory: it can be measured again
        return devices;
      })
      .finally(() => {
        measuring = undefined;
      });
    return measuring;
  };
  const known = async () => {
    const found = await files.read(file, remembered);
    return found?.machine === machine ? found.devices : undefined;
  };
  return {
    devices: async (anew) => (anew ? undefined : await known()) ?? measure(),
    async peakGflops(mayMeasure) {
      const devices = (await known()) ?? (mayMeasure ? await measure() : []);
      const working = devices.filter(({ available, gflops }) => available && gflops !== undefined);
      return Object.fromEntries(working.map(({ device, gflops }) => [device, gflops]));
    },
  };
}

/** Versions of what the results depend on. */
export function versions(): Record<string, string> {
  const native = ['onnxruntime-node', 'better-sqlite3', 'sharp'].map((name) => [name, versionOf(name) ?? 'missing']);
  const { node, electron, chrome } = process.versions as Record<string, string>;
  const window = electron ? { electron, chrome: chrome! } : {};
  return { pretext: version, node: node!, ...window, ...Object.fromEntries(native) };
}

/** Read from its package.json, which not every package lets itself be asked for; the package is not loaded. */
function versionOf(name: string): string | undefined {
  try {
    const [, root] = /^(.*[\\/]node_modules[\\/][^\\/]+)/.exec(packages.resolve(name)) ?? [];
    return root && (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** Everything a user or a bug report needs to know; `directory`: of which disk the free space is told. */
export async function examine(devices: Doctor['devices'], directory: string): Promise<Doctor> {
  const disk = await statfs(directory);
  return {
    versions: versions(),
    devices,
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disk: { freeBytes: disk.bavail * disk.bsize, directory },
    threads: availableParallelism(),
    problems: [
      ...missingLibraries(),
      ...devices.flatMap(({ device, available, reason }) =>
        available || device !== 'webgpu' ? [] : [{ what: `${device}: ${reason ?? 'not available'}`, fix: webgpuFix }],
      ),
    ],
  };
}

const webgpuFix =
  process.platform === 'linux'
    ? 'sudo apt-get install libvulkan1 mesa-vulkan-drivers'
    : 'update the driver of the graphics card';

/** Libraries that the window needs on Linux, by the Debian package that brings each. */
const libraries: [library: string, debian: string][] = [
  ['libnss3.so', 'libnss3'],
  ['libgtk-3.so.0', 'libgtk-3-0'],
  ['libgbm.so.1', 'libgbm1'],
  ['libasound.so.2', 'libasound2'],
];

function missingLibraries(): Doctor['problems'] {
  if (process.platform !== 'linux') return [];
  const known = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout;
  if (!known) return [];
  const missing = libraries.filter(([library]) => !known.includes(library));
  if (missing.length === 0) return [];
  return [
    {
      what: `the window needs ${missing.map(([library]) => library).join(', ')}`,
      fix: `sudo apt-get install ${missing.map(([, debian]) => debian).join(' ')}`,
    },
  ];
}
