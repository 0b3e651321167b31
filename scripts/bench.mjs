// npm run bench: bundles bench/index.ts and runs it with the Node of the tests. Measures; never part of the tests.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { root } from './lib/cache.mjs';
import { presentDist, webgpuEnvironment } from './lib/electron-dist.mjs';

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: { '#app': resolve(root, 'app'), '#main': resolve(root, 'main') } },
  ssr: { noExternal: ['onnx-buf', '@bufbuild/protobuf'] },
  build: { ssr: 'bench/index.ts', outDir: 'out/bench', emptyOutDir: true, target: 'node22', sourcemap: true },
});
const dist = presentDist();
const done = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(root, 'out/bench/index.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...(dist && webgpuEnvironment(dist)) },
  },
);
process.exit(done.status ?? 1);
