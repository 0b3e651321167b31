/** What a task is: a function of what was asked, told when to stop, that tells how far it is. */
import { PretextError } from '#app/contract';
import type { Recipe } from '#main/recipes/recipe';
import type { Disk } from './disk';
import type { Flag } from './flag';
import type { Note, TaskName, Tasks } from './protocol';

/** What the tasks take from the rest of the program and tests replace: the recipes and the disk. */
export interface Rooms {
  recipeOf(id: string): Recipe;
  disk: Disk;
}

export interface TaskContext {
  rooms: Rooms;
  flag: Flag;
  note(note: Note): void;
  /** Call it between steps: throws a cancelled error once the user has stopped the task. */
  check(): void;
}

export type Task<K extends TaskName> = (ask: Tasks[K]['ask'], context: TaskContext) => Promise<Tasks[K]['result']>;
/** Every task of the protocol: one that is missing does not compile. */
export type TaskTable = { [K in TaskName]: Task<K> };

export const cancelled = (): PretextError => new PretextError('stopped', { kind: 'cancelled' });

export const contextOf = (rooms: Rooms, flag: Flag, note: (note: Note) => void): TaskContext => ({
  rooms,
  flag,
  note,
  check() {
    if (flag.stopped) throw cancelled();
  },
});
