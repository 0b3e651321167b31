/** Job hosts that do the tasks themselves, in this thread: for laws of calls together with the work behind them. */
import type { Hosts, Note, Running, TaskName, Tasks } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import { perform, testRooms } from '#test/jobs/project';

export interface WorkingHosts extends Hosts {
  /** Every task that was asked, in order. */
  asked: { lane: string; task: TaskName }[];
}

export function workingHosts(): WorkingHosts {
  const asked: WorkingHosts['asked'] = [];
  const rooms = testRooms({ recipeOf });
  return {
    asked,
    run<K extends TaskName>(lane: string, task: K, ask: Tasks[K]['ask'], note: (note: Note) => void = () => {}) {
      asked.push({ lane, task });
      const { done, flag } = perform(task, ask, { rooms, note });
      done.catch(() => {});
      return { done, signal: (signal) => flag.raise(signal), kill: () => flag.raise('stop') } satisfies Running<K>;
    },
    onState: () => {},
    async close() {},
  };
}
