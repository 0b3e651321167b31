/** Job hosts played by a test: it sees what is asked, tells notes, and decides how each task ends. */
import { PretextError } from '#app/contract';
import { HostDied } from '#main/jobs/hosts';
import type { Hosts, Note, Signal, TaskName, Tasks } from '#main/jobs/protocol';

export interface FakeTask<K extends TaskName = TaskName> {
  lane: string;
  task: K;
  ask: Tasks[K]['ask'];
  note(note: Note): void;
  finish(result: Tasks[K]['result']): void;
  fail(error: Error): void;
  /** Its process ends as after a crash. */
  die(): void;
  signals: Signal[];
  /** What a real task does when it is stopped; tests may put something else here. */
  onSignal(signal: Signal): void;
}

export interface FakeHosts extends Hosts {
  tasks: FakeTask[];
  /** The nth task of a name (from 0), once it has been asked. */
  asked<K extends TaskName>(task: K, nth?: number): Promise<FakeTask<K>>;
}

export function fakeHosts(): FakeHosts {
  const tasks: FakeTask[] = [];
  const listeners: Parameters<Hosts['onState']>[0][] = [];
  return {
    tasks,
    run(lane, task, ask, note = () => {}) {
      let end!: { resolve(result: never): void; reject(error: Error): void };
      const done = new Promise<never>((resolve, reject) => {
        end = { resolve, reject };
      });
      done.catch(() => {});
      const cancel = () => end.reject(new PretextError('stopped', { kind: 'cancelled' }));
      const fake: FakeTask = {
        ...{ lane, task, ask, note, signals: [] },
        finish: (result) => end.resolve(result as never),
        fail: (error) => end.reject(error),
        die() {
          for (const listener of listeners) listener('crashed', 'the training process ended unexpectedly (SIGSEGV)');
          end.reject(
            new HostDied('the training process ended unexpectedly (SIGSEGV)', undefined, 'It can be resumed.'),
          );
        },
        onSignal: (signal) => signal === 'stop' && cancel(),
      };
      tasks.push(fake);
      const signal = (what: Signal) => {
        fake.signals.push(what);
        fake.onSignal(what);
      };
      return { done, signal, kill: cancel };
    },
    onState: (listener) => void listeners.push(listener),
    async close() {},
    async asked(task, nth = 0) {
      for (let tries = 0; tries < 500; tries++) {
        const found = tasks.filter((one) => one.task === task)[nth];
        if (found) return found as never;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(
        `no task ${task} number ${nth} was asked; there are ${tasks.map((one) => one.task).join(', ') || 'none'}`,
      );
    },
  };
}
