// The command line from a clone: builds first where the sources are newer than the build, silently, then runs it.
//   npm run -s pretext -- train vq-vae --data sample:digits
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/cache.mjs';
import { presentDist, webgpuEnvironment } from './lib/electron-dist.mjs';

const cli = join(root, 'out', 'main', 'cli.js');

/** Time of the newest file below the given folders. */
function newest(...folders) {
  let time = 0;
  for (const folder of folders)
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
      if (entry.isFile()) time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return time;
}

if (!existsSync(cli) || newest('app', 'main') > statSync(cli).mtimeMs) {
  const build = spawnSync('npm', ['run', '-s', 'build'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) {
    console.error(`The build failed:\n${build.stdout}${build.stderr}`);
    process.exit(1);
  }
}

const args = process.argv.slice(2);
const cwd = process.env.INIT_CWD ?? process.cwd(); // paths on the command line are meant from where the user stands
// A PDF is printed by Electron, which then may have to be fetched and needs a display; nothing else needs either.
const viaElectron = args.some((argument) => argument.endsWith('.pdf'));
const dist = presentDist(); // brings a software WebGPU where there is no GPU
const child = spawn(
  process.execPath,
  [
    ...(viaElectron ? [join(root, 'scripts', 'electron.mjs'), process.execPath] : []),
    '--enable-source-maps',
    cli,
    ...args,
  ],
  {
    stdio: 'inherit',
    cwd,
    env: { ...process.env, PRETEXT_CWD: cwd, ...(dist && webgpuEnvironment(dist)) },
  },
);
// Ctrl-C reaches the child by itself from the terminal; a signal sent to us alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
