/** Calls into a worker thread: the methods of an object, asked from outside, as promises of the same names. */
import type { MessagePort, Worker } from 'node:worker_threads';
import { errorOf, type Failure, failureOf } from '#app/contract';

/** Methods in groups: `store.runs.list(…)`. */
type Methods = Record<string, Record<string, (...args: never[]) => unknown>>;

/** The same groups and names; every answer comes as a promise. */
export type Remote<M> = {
  [G in keyof M]: {
    [K in keyof M[G]]: M[G][K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
  };
};

type Question = { id: number; group: string; name: string; args: unknown[] };
type Answer = { id: number; ok?: unknown; failure?: Failure };

/** Two steps by name: `root.group.name(…)` calls `ask(group, name, args)`. */
function byName<M>(ask: (group: string, name: string, args: unknown[]) => Promise<unknown>): Remote<M> {
  const groups = new Map<string, unknown>();
  const group = (of: string) =>
    new Proxy(
      {},
      {
        get:
          (_, name: string) =>
          (...args: unknown[]) =>
            ask(of, name, args),
      },
    );
  return new Proxy({} as Remote<M>, {
    get(_, of: string) {
      if (of === 'then') return undefined; // or `await` would take the proxy for a promise
      if (!groups.has(of)) groups.set(of, group(of));
      return groups.get(of);
    },
  });
}

/** The methods that `serveMethods` answers in `worker`. Rejects with a PretextError, also when the worker has ended. */
export function remoteMethods<M extends Methods>(worker: Worker): Remote<M> {
  let last = 0;
  let ended: Error | undefined;
  const open = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  worker.on('message', ({ id, ok, failure }: Answer) => {
    const question = open.get(id);
    open.delete(id);
    if (failure) question?.reject(errorOf(failure));
    else question?.resolve(ok);
  });
  const end = (error: Error) => {
    ended ??= error;
    for (const question of open.values()) question.reject(ended);
    open.clear();
  };
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`internal: the store's thread has ended (${code})`)));
  return byName((group, name, args) => {
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      open.set(++last, { resolve, reject });
      worker.postMessage({ id: last, group, name, args } satisfies Question);
    });
  });
}

/** The same face for methods of this thread, for tests that run without a build. */
export const promisedMethods = <M extends Methods>(methods: M): Remote<M> =>
  byName(async (group, name, args) => methods[group]![name]!(...(args as never[])));

/** In the worker: answers each question in the order it came. */
export function serveMethods(port: MessagePort, methods: Methods): void {
  port.on('message', ({ id, group, name, args }: Question) => {
    let answer: Answer;
    try {
      answer = { id, ok: methods[group]![name]!(...(args as never[])) };
    } catch (error) {
      answer = { id, failure: failureOf(error) };
    }
    port.postMessage(answer);
  });
}
