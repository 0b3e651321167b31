/** The heads of one model, run over any number of items: sessions are opened when first used and share one set of values. */
import type { Device } from '#app/records/run';
import { type ForwardSession, openForwardSession, type TypedArray } from '#main/engine';
import type { Feed, Feeds, Forward, Head, System, Values } from '#main/recipes/recipe';

export interface Forwards {
  /** Runs a head, calling `check` before each batch; it throws to stop. */
  using(check: () => void): Forward;
  /** New values for every head, as after more training. */
  write(values: Values): Promise<void>;
  close(): Promise<void>;
}

export interface ForwardsOptions {
  device: Device;
  values: Values;
  /** Items done at once; as many as a training step has when left out, which is known to fit into memory. */
  atOnce?: number;
}

export function openForwards(
  system: Pick<System, 'heads' | 'batchSize'>,
  { device, values, atOnce = system.batchSize }: ForwardsOptions,
): Forwards {
  const sessions = new Map<string, Promise<ForwardSession>>();
  let current = arraysOf(values);

  function sessionOf(id: string): Promise<ForwardSession> {
    const head: Head | undefined = system.heads[id];
    if (!head) throw new Error(`internal: the recipe has no head ${id}; there are: ${Object.keys(system.heads)}`);
    const known = sessions.get(id);
    if (known) return known;
    const opened = openForwardSession(head.program(device), { device, values: current });
    sessions.set(id, opened);
    return opened;
  }

  return {
    using: (check) => async (id, feeds, count) => {
      const session = await sessionOf(id);
      const whole: Record<string, Feed> = {};
      const fixed = system.heads[id]?.atOnce;
      const most = fixed ?? atOnce;
      for (let start = 0; start < count; start += most) {
        check();
        const size = Math.min(most, count - start);
        const run = fixed ?? size;
        const part = await session.run(filledUp(partOf(feeds, count, start, size), size, run), run);
        for (const [name, { data }] of Object.entries(part))
          put(whole, name, data.subarray(0, (data.length / run) * size) as Feed, count, start, size);
        if (start + size < count) await breathe();
      }
      return whole;
    },
    async write(values) {
      current = arraysOf(values);
      for (const session of sessions.values()) await (await session).write(current);
    },
    async close() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const session of open) await (await session).close();
    },
  };
}

/** A native call blocks its thread: in between, messages and the other tasks of this thread get their turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Items start … start + size of feeds that hold `count` items each, in the same memory. */
function partOf(feeds: Feeds, count: number, start: number, size: number): Record<string, TypedArray> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, data]) => {
      const length = data.length / count;
      return [name, data.subarray(start * length, (start + size) * length)];
    }),
  );
}

/** The same feeds with zeros for the items that are missing in a batch of `wanted`. */
function filledUp(feeds: Record<string, TypedArray>, size: number, wanted: number): Record<string, TypedArray> {
  if (size === wanted) return feeds;
  return Object.fromEntries(
    Object.entries(feeds).map(([name, data]) => {
      const whole = new (data.constructor as new (length: number) => TypedArray)((data.length / size) * wanted);
      (whole as Float32Array).set(data as Float32Array);
      return [name, whole];
    }),
  );
}

function put(whole: Record<string, Feed>, name: string, part: Feed, count: number, start: number, size: number): void {
  const length = part.length / size;
  whole[name] ??= part instanceof Int32Array ? new Int32Array(count * length) : new Float32Array(count * length);
  whole[name].set(part, start * length);
}

/** What an engine session takes: the numbers by name. */
export const arraysOf = (values: Values): Map<string, TypedArray> =>
  new Map([...values].map(([name, { data }]) => [name, data]));
