/// <reference types="electron-vite/node" />
/** Opens the store in a thread of its own and asks it from here. */
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { errorOf } from '#app/contract';
import { promisedMethods, type Remote, remoteMethods } from './rpc';
import { openStore, type Store } from './store';
import type { Opened } from './worker';
import storeWorker from './worker?nodeWorker';

export type RemoteStore = Remote<Store>;

/**
 * better-sqlite3's own addon needs Node-API 10. For an older runtime (Electron 33) scripts/electron.mjs names one that
 * was compiled for it, and a packaged app carries it among its resources.
 */
function nativeBinding(): string | undefined {
  if (Number(process.versions['napi']) >= 10) return undefined;
  const resources = (process as { resourcesPath?: string }).resourcesPath;
  return process.env['BETTER_SQLITE3_BINDING'] ?? (resources && join(resources, 'better_sqlite3.node'));
}

/** @throws PretextError as `openStore` does */
export async function openRemoteStore(path: string): Promise<RemoteStore> {
  const options = { path, nativeBinding: nativeBinding() };
  // Unit tests run without the build that makes the thread's bundle: the same methods then work in this thread.
  if (typeof storeWorker !== 'function') return promisedMethods(openStore(options));
  const worker = storeWorker({ workerData: options });
  const opened = await firstMessage(worker);
  if (!opened.opened) throw errorOf(opened.failure);
  return remoteMethods<Store>(worker);
}

const firstMessage = (worker: Worker) =>
  new Promise<Opened>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
