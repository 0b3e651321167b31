/** The job host: the child process that does all long and all native work, so that a crash there closes no window. */
import { isMainThread } from 'node:worker_threads';
import { forwardToWorker } from './host-process';

// The same file is the process and its one worker thread: whichever bundler made it, the thread finds its code.
if (isMainThread) forwardToWorker(import.meta.url);
else {
  const { serveWorker } = await import('./serve');
  const { rooms } = await import('./rooms');
  serveWorker(rooms);
}
