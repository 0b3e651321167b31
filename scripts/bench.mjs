// npm run bench [-- subject]: bundles a subject of bench/ and runs it. Measures; never part of the tests.
//   (none)    training steps, beside other engines and the machine's own peak; with the Node of the tests
//   window    the start of the program, and how long its window is blocked; in the real Electron, on a display
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { root } from './lib/cache.mjs';
import { presentDist, webgpuEnvironment } from './lib/electron-dist.mjs';

const subjects = { engine: 'bench/index.ts', window: 'bench/window.ts' };
const [named, ...options] = process.argv.slice(2);
const subject = named ?? 'engine';
if (!Object.hasOwn(subjects, subject)) {
  console.error(`bench: subject must be one of ${Object.keys(subjects).join(', ')}; got ${subject}`);
  process.exit(64);
}

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: {
    alias: { '#app': resolve(root, 'app'), '#main': resolve(root, 'main'), '#test': resolve(root, 'test/support') },
  },
  ssr: { noExternal: ['onnx-buf', '@bufbuild/protobuf'] },
  build: {
    ssr: true,
    rolldownOptions: { input: { [subject]: subjects[subject] } },
    outDir: 'out/bench',
    emptyOutDir: true,
    target: 'node22',
    sourcemap: true,
  },
});
const program = ['--enable-source-maps', join(root, 'out/bench', `${subject}.js`), ...options];
const dist = presentDist();
const done =
  subject === 'window'
    ? run([join(root, 'scripts/electron.mjs'), process.execPath, ...program])
    : run(program, dist && webgpuEnvironment(dist));
process.exit(done.status ?? 1);

function run(args, environment) {
  return spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root, env: { ...process.env, ...environment } });
}
