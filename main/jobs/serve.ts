/** The worker thread of a job host: does the tasks it is sent, several at a time where they wait for disk or device. */
import { parentPort } from 'node:worker_threads';
import { failureOf } from '#app/contract';
import { Flag } from './flag';
import type { FromHost, ToHost } from './protocol';
import { contextOf, type Rooms, type Task } from './task';
import { tasks } from './tasks';

export type ToWorker = Extract<ToHost, { type: 'start' }> & { flag: SharedArrayBuffer };

/** Does one task and tells its notes and its end; never throws. */
export async function serveTask(
  { id, task, ask, flag }: ToWorker,
  rooms: Rooms,
  post: (message: FromHost) => void,
): Promise<void> {
  try {
    const context = contextOf(rooms, new Flag(flag), (note) => post({ type: 'note', id, note }));
    const result = await (tasks[task] as Task<typeof task>)(ask as never, context);
    post({ type: 'ended', id, result });
  } catch (error) {
    const failure = failureOf(error);
    // The stack of a bug of ours would be lost on its way to main.
    if (failure.kind === 'internal') console.error(error);
    post({ type: 'ended', id, failure });
  }
}

export function serveWorker(rooms: Rooms): void {
  const port = parentPort!;
  const post = (message: FromHost) => port.postMessage(message);
  port.on('message', (message: ToWorker) => void serveTask(message, rooms, post));
  post({ type: 'ready', pid: process.pid });
}
