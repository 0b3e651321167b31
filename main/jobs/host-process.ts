/**
 * The main thread of a job host. It does no work itself, so it always hears main: it hands tasks to the worker thread
 * and raises flags in shared memory, which the worker looks at between steps. A thread inside a native run cannot be
 * stopped (ending it aborts the process): flags stop a task, and main ends the process of one that does not answer.
 */
import { constants, setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Flag } from './flag';
import type { FromHost, ToHost } from './protocol';
import type { ToWorker } from './serve';

/** What Electron's utilityProcess has and Node does not. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: ToHost }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: FromHost): void;
}
interface Parent {
  /** `sent` is called once the message is on its way, or cannot be. */
  post(message: FromHost, sent?: () => void): void;
  onMessage(listener: (message: ToHost) => void): void;
  onGone(listener: () => void): void;
}

/** Electron does not tell when a message has left this process; it takes about a millisecond. */
const handedOver = 50; // ms

/** The parent, whether Electron or Node started this process. */
function parentOf(): Parent {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (port)
    return {
      post(message, sent) {
        port.postMessage(message);
        if (sent) setTimeout(sent, handedOver);
      },
      onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
      onGone: (listener) => port.on('close', listener),
    };
  if (!process.send) throw new Error('internal: a job host must be started by Pretext, not by hand');
  return {
    post: (message, sent) => void (process.connected ? process.send?.(message, () => sent?.()) : sent?.()),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToHost)),
    onGone: (listener) => void process.on('disconnect', listener),
  };
}

/**
 * Lets every other process go first: what trains uses all cores, and a window that waits for one stutters. Must come
 * before any thread is started, for on Linux each has a priority of its own, taken over from the one that starts it.
 */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {} // a system that forbids it: the work is done all the same
}

/** Starts the worker thread from `url` and serves the parent until it goes away. */
export function forwardToWorker(url: string): void {
  const parent = parentOf();
  if (process.env['PRETEXT_GIVE_WAY']) giveWay();
  const worker = new Worker(new URL(url));
  const flags = new Map<number, Flag>();
  // Ctrl-C in a terminal reaches every process of the group; the parent decides what it means and says so.
  process.on('SIGINT', () => {});

  parent.onMessage((message) => {
    if (message.type === 'start') {
      const flag = Flag.create();
      flags.set(message.id, flag);
      worker.postMessage({ ...message, flag: flag.memory } satisfies ToWorker);
    } else flags.get(message.id)?.raise(message.signal);
  });
  // Nobody is left to tell anything to, and a second writer must never meet this one: end at once, also in mid-run.
  parent.onGone(endNow);

  worker.on('message', (message: FromHost) => {
    if (message.type === 'ended') flags.delete(message.id);
    parent.post(message);
  });
  // A worker that dies of an error takes the process with it, once main has been told why.
  let broken = false;
  worker.on('error', (error) => {
    broken = true;
    console.error(error);
    parent.post({ type: 'broken', reason: reasonOf(error) }, endNow);
  });
  worker.on('exit', () => broken || endNow());
}

/** The first line: what a module that is missing was required by, say, is on stderr. */
function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  return line || 'an error without a message';
}

/** process.exit() while the worker is inside a native run aborts with a core dump; SIGKILL ends cleanly. */
const endNow = () => void process.kill(process.pid, 'SIGKILL');
