// npm run check: format, lint without warnings, types of each process, Svelte, and who may import whom.
import { spawnSync } from 'node:child_process';
import { root } from './lib/cache.mjs';

const steps = [
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types: app', 'tsc', '-p', 'tsconfig.app.json'],
  ['types: main, tests, bench', 'tsc', '-p', 'tsconfig.main.json'],
  ['types: end-to-end tests', 'tsc', '-p', 'tsconfig.e2e.json'],
  ['types: against the newest Electron', 'tsc', '-p', 'tsconfig.newest.json'],
  [
    'types: renderer',
    'svelte-check',
    '--tsconfig',
    'tsconfig.renderer.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ],
  [
    'import rules',
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err',
    'app',
    'main',
    'renderer',
  ],
];
let failed = 0;
for (const [title, command, ...args] of steps) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  const ok = done.status === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title}`);
  if (ok) continue;
  failed++;
  console.log(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`);
}
process.exit(failed ? 1 : 0);
