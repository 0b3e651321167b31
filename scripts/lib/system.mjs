// What Electron needs of a Linux system: shared libraries and a display. Missing ones are named with the line that
// installs them; as root on Debian or Ubuntu, in CI or with --setup, that line is run.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const isLinux = process.platform === 'linux';
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const needsDisplay = () => isLinux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

function missingLibraries(dist) {
  const out = spawnSync('ldd', [join(dist, 'electron')], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: dist },
  });
  return [...(out.stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** Packages by the release's names: Debian 13 and Ubuntu 24.04 renamed two for their 64-bit time. */
function packages({ compiler }) {
  const release = readFileSync('/etc/os-release', 'utf8');
  const version = Number(/^VERSION_ID="?([\d.]+)/m.exec(release)?.[1] ?? 0);
  const renamed = /^ID=ubuntu/m.test(release) ? version >= 24 : version >= 13;
  const t64 = renamed ? 't64' : '';
  return [
    ...['xvfb', 'libnss3', `libgtk-3-0${t64}`, 'libgbm1', `libasound2${t64}`],
    ...(compiler ? ['python3', 'make', 'g++'] : []),
  ];
}

/**
 * Makes sure of libraries, an X server where there is no display, and a compiler where one is needed. Throws with the
 * line that installs what is missing.
 */
export function prepareSystem(dist, { setup, compiler }) {
  if (!isLinux) return;
  const missing = [
    ...missingLibraries(dist),
    ...(needsDisplay() && !has('Xvfb') ? ['Xvfb (there is no display)'] : []),
    ...(compiler ? ['python3', 'make', 'g++'].filter((command) => !has(command)) : []),
  ];
  if (missing.length === 0) return;
  const wanted = packages({ compiler });
  const line = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
  const allowed = process.getuid() === 0 && has('apt-get') && (setup || process.env.CI);
  if (!allowed)
    throw new Error(
      `Missing for Electron: ${missing.join(', ')}.\nOn Debian or Ubuntu: sudo ${line}\n(as root, "-- --setup" does it)`,
    );
  console.error(`Missing for Electron: ${missing.join(', ')}; running: ${line}`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-qq'], quiet);
  if (spawnSync('sh', ['-c', line], quiet).status !== 0) throw new Error(`${line} failed; see above.`);
}

/** Whether Chromium can make its own sandbox: never as root, and not where the kernel forbids user namespaces. */
export const sandboxed = () =>
  !isLinux || (process.getuid() !== 0 && spawnSync('unshare', ['-Ur', 'true']).status === 0);

/** A display of our own where there is none: { DISPLAY?, stop() }. */
export async function openDisplay() {
  if (!needsDisplay()) return { stop() {} };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stdio[3].once('data', resolve);
  });
  return { DISPLAY: `:${String(number).trim()}`, stop: () => server.kill() };
}
