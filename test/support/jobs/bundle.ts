/** Bundles what a test starts as a process of its own for plain Node, as the product's build bundles a job host. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build } from 'vite';

/** Inside the repository, so that the native packages are found from there. */
const cache = resolve('.cache');

export interface Bundle {
  path: string;
  remove(): Promise<void>;
}

export const bundleHost = (): Promise<Bundle> => bundleForNode('test/support/jobs/host.ts');

/** The path of the bundled module, and a function that removes it. */
export async function bundleForNode(entry: string): Promise<Bundle> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'test-host-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#app': resolve('app'), '#main': resolve('main'), '#test': resolve('test/support') } },
    ssr: { noExternal: true, external: ['onnxruntime-node', 'sharp', 'better-sqlite3', 'mnist'] },
    build: { ssr: entry, outDir: folder, target: 'node20.18', minify: false },
  });
  const path = join(folder, `${basename(entry, '.ts')}.js`);
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
