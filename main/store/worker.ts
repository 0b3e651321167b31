/** The thread in which SQLite works, so that a slow disk never holds up the main process. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Failure, failureOf } from '#app/contract';
import type { OpenOptions } from './database';
import { serveMethods } from './rpc';
import { openStore } from './store';

/** First word of the thread: it has opened the file, or why it could not. */
export type Opened = { opened: true } | { opened: false; failure: Failure };

function serve(port: MessagePort): void {
  try {
    const store = openStore(workerData as OpenOptions);
    const close = () => {
      store.file.close();
      setImmediate(() => port.close()); // after the answer has gone out; nothing then keeps the thread
    };
    serveMethods(port, { ...store, file: { ...store.file, close } });
    port.postMessage({ opened: true } satisfies Opened);
  } catch (error) {
    port.postMessage({ opened: false, failure: failureOf(error) } satisfies Opened);
    port.close();
  }
}

if (parentPort) serve(parentPort);
