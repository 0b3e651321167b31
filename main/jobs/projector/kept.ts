/** Pictures kept on disk, finished or stopped on the way: coming back is instant, and going on is possible. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LayoutSettings } from '#app/records/projector';
import { writeDurably } from '../disk';
import { decodeSafetensors, encodeSafetensors } from '../safetensors';
import type { TaskContext } from '../task';
import { nameOf } from './layout';
import type { Vectors } from './vectors';

export type State = Record<string, Float64Array>;

export const placeOf = (objects: string, { key }: Vectors, settings: LayoutSettings): string => {
  const name = createHash('sha256')
    .update([key, nameOf(settings)].join('\n'))
    .digest('hex');
  return join(objects, `layout-${name}.safetensors`);
};

/** float64 as pairs of int32, which is what our safetensors hold besides float32: not a bit may be lost. */
const pairs = (data: Float64Array) => new Int32Array(data.buffer, data.byteOffset, 2 * data.length);

export async function readState(path: string, { rooms }: TaskContext): Promise<State | undefined> {
  try {
    const { values } = decodeSafetensors(await rooms.disk.readFile(path), path);
    const state = Object.fromEntries(
      [...values].map(([name, { data }]) => [name, new Float64Array(data.buffer as ArrayBuffer)]),
    );
    return state['y'] && state['done'] ? state : undefined;
  } catch {
    return undefined; // not there, or damaged
  }
}

/** Where it cannot be written, the next time starts anew. */
export async function keepState(path: string, state: State, { rooms }: TaskContext): Promise<void> {
  const values = Object.entries(state).map(([name, numbers]) => {
    const data = pairs(numbers);
    return [name, { dtype: 'int32', shape: [data.length], data }] as const;
  });
  await writeDurably(path, encodeSafetensors(new Map(values)), rooms.disk).catch(() => {});
}
