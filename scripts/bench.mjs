// npm run bench [-- subject]: bundles a subject of bench/ and runs it. Measures; never part of the tests.
//   [workloads] [--quick] [--peers ids]   training steps beside other engines and the machine's own peak; all workloads
//                                         of bench/workloads.ts when none is named; with the Node of the tests
//   profile <workload> [--threads n]      where the time of a step goes, beside PyTorch
//   report [files]                        table and chart again, from the last results or from those of several parts
//   window                                the start of the program, and how long its window is blocked; in the real
//                                         Electron, on a display
//   projector [methods] [window]          the time of each method of the projector at 100,000 points, and in the real
//                                         window frames per second and brushing
//   latency                               from a slider of the latent explorer to the picture, in the real window
//   import [--quick]                      tables of a million rows and of credit-card payments: time beside plain
//                                         reading, and memory
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { root } from './lib/cache.mjs';
import { presentDist, webgpuEnvironment } from './lib/electron-dist.mjs';

const subjects = {
  engine: ['bench/index.ts', 'bench/child.ts'],
  profile: ['bench/profile.ts'],
  report: ['bench/render.ts'],
  window: ['bench/window.ts'],
  projector: ['bench/projector.ts'],
  latency: ['bench/latency.ts'],
  import: ['bench/import.ts', 'bench/import/child.ts'],
};
/** In the real Electron. */
const windowed = ['window', 'projector', 'latency'];
const args = process.argv.slice(2);
const subject = args[0] !== 'engine' && Object.hasOwn(subjects, args[0] ?? '') ? args.shift() : 'engine';

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
    rolldownOptions: { input: subjects[subject] },
    outDir: 'out/bench',
    emptyOutDir: true,
    target: 'node22',
    sourcemap: true,
  },
});
const [main] = subjects[subject];
const program = ['--enable-source-maps', join(root, 'out', main.replace(/ts$/, 'js')), ...args];
const dist = presentDist();
const done = windowed.includes(subject)
  ? run([join(root, 'scripts/electron.mjs'), process.execPath, ...program])
  : run(program, dist && webgpuEnvironment(dist));
process.exit(done.status ?? 1);

function run(args, environment) {
  return spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root, env: { ...process.env, ...environment } });
}
