/** One host process as main sees it: the tasks it has, what they tell, and what becomes of them when it dies. */
import { errorOf, PretextError } from '#app/contract';
import type { Fork, FromHost, HostProcess, Note, Running, Signal, TaskName, Tasks } from './protocol';

/** A task was lost because its process ended. Calls mark its job `interrupted`: a training run can be resumed. */
export class HostDied extends PretextError {
  /** The newest step that is safe in a checkpoint, where the task was a training run that had one. */
  readonly safeStep: number | undefined;

  constructor(message: string, safeStep: number | undefined, advice: string) {
    super(message, { advice });
    this.safeStep = safeStep;
  }
}

interface Open {
  task: TaskName;
  note: (note: Note) => void;
  resolve(result: unknown): void;
  reject(error: Error): void;
  stopping: boolean;
  /** Step of the newest checkpoint it told of. */
  safeStep: number | undefined;
  grace: NodeJS.Timeout | undefined;
}

export interface HostClientOptions {
  fork: Fork;
  modulePath: string;
  env: Record<string, string>;
  /** How the process is called in messages: `the training process`. */
  title: string;
  /** Time that a stopped task has to answer before its process is ended, ms. */
  graceMs: number;
  onReady(): void;
  /** The process has ended; `reason` is given when nobody asked it to. */
  onEnd(reason: string | undefined): void;
  /** After each task that ends, with the number of those still under way. */
  onSettled(open: number): void;
}

export interface HostClient {
  run<K extends TaskName>(task: K, ask: Tasks[K]['ask'], note: (note: Note) => void): Running<K>;
  /** Stops every task; resolves when none is left, which the grace period bounds. */
  drain(): Promise<void>;
  /** Ends the process; nothing is expected of it any more. */
  end(): void;
  readonly ended: Promise<void>;
}

export function startHost(options: HostClientOptions): HostClient {
  const child: HostProcess = options.fork(options.modulePath, options.env);
  const open = new Map<number, Open>();
  const waiting: (() => void)[] = []; // posted before the host listened
  const drained: (() => void)[] = [];
  let ready = false;
  let over = false;
  let expected = false;
  /** What the process said of its own end. */
  let broken: string | undefined;
  let nextId = 1;
  let markEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });

  const post = (send: () => void) => void (ready ? send() : waiting.push(send));

  function settle(id: number, how: (task: Open) => void): void {
    const task = open.get(id);
    if (!task) return;
    open.delete(id);
    clearTimeout(task.grace);
    how(task);
    options.onSettled(open.size);
    if (open.size === 0) for (const resolve of drained.splice(0)) resolve();
  }

  child.onMessage((message: FromHost) => {
    if (message.type === 'ready') {
      ready = true;
      for (const send of waiting.splice(0)) send();
      options.onReady();
    } else if (message.type === 'broken') {
      broken = message.reason;
    } else if (message.type === 'note') {
      const task = open.get(message.id);
      if (task && message.note.kind === 'checkpoints') task.safeStep = message.note.checkpoints.at(-1)?.step;
      task?.note(message.note);
    } else {
      const { result, failure } = message;
      settle(message.id, (task) => (failure ? task.reject(errorOf(failure)) : task.resolve(result)));
    }
  });

  child.onExit((code, signal) => {
    over = true;
    const how = broken ?? signal ?? `code ${code ?? '?'}`;
    const reason = expected ? undefined : `${options.title} ended unexpectedly (${how})`;
    const byKill = reason !== undefined && broken === undefined && (signal === 'SIGKILL' || code === SIGKILL);
    for (const [id, task] of [...open])
      settle(id, () => task.reject(lostOf(task, reason ?? `${options.title} was ended`, byKill)));
    options.onEnd(reason);
    markEnded();
  });

  function signalTask(id: number, signal: Signal): void {
    const task = open.get(id);
    if (!task) return;
    if (signal === 'stop' && !task.stopping) {
      task.stopping = true;
      task.grace = setTimeout(end, options.graceMs);
    }
    post(() => child.post({ type: 'signal', id, signal }));
  }

  function end(): void {
    if (over) return;
    expected = true;
    child.kill();
  }

  return {
    run(task, ask, note) {
      const id = nextId++;
      const done = new Promise<unknown>((resolve, reject) => {
        if (over) return reject(new HostDied(`${options.title} has ended`, undefined, 'Try again.'));
        open.set(id, { task, note, resolve, reject, stopping: false, safeStep: undefined, grace: undefined });
        post(() => child.post({ type: 'start', id, task, ask }));
      });
      return { done: done as Promise<never>, signal: (signal) => signalTask(id, signal), kill: end };
    },
    drain() {
      for (const id of [...open.keys()]) signalTask(id, 'stop');
      return open.size === 0 ? Promise.resolve() : new Promise((resolve) => drained.push(resolve));
    },
    end,
    ended,
  };
}

/** Electron tells the signal as the code. */
const SIGKILL = 9;
/** What no process can catch or tell of itself: Linux ends the one that uses most when memory runs out. */
const memoryHint = 'If the system ended it for want of memory, close other programs or choose a smaller batchSize.';

/** A stopped task that had to be ended is cancelled, any other one is lost; both say what is safe. */
function lostOf({ task, stopping, safeStep }: Open, reason: string, byKill: boolean): PretextError {
  const whatToDo =
    task !== 'train'
      ? 'Try again.'
      : safeStep === undefined
        ? 'No checkpoint had been written yet; start the run again.'
        : `The run can be resumed from step ${safeStep}.`;
  const advice = byKill ? `${whatToDo} ${memoryHint}` : whatToDo;
  return stopping
    ? new PretextError('stopped: it did not answer in time, so its process was ended', { kind: 'cancelled', advice })
    : new HostDied(reason, safeStep, advice);
}
