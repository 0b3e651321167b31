/** A job host like main/jobs/host.ts, with the small test system in place of the recipes; bundled by `bundle.ts`. */
import { isMainThread } from 'node:worker_threads';
import { forwardToWorker } from '#main/jobs/host-process';

if (isMainThread) forwardToWorker(import.meta.url);
else {
  const { serveWorker } = await import('#main/jobs/serve');
  const { testRooms } = await import('./project');
  const { deadly, slowed } = await import('./slowed');
  serveWorker(testRooms({ recipeOf: slowed, disk: deadly }));
}
