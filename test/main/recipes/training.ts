/** Trains a built system the way a job does, without a job: for tests of what recipes learn. */
import { stream } from '#main/engine/random';
import type { ForwardSession } from '#main/engine/session/open-forward';
import { openForwardSession } from '#main/engine/session/open-forward';
import { openTrainSession } from '#main/engine/session/open-train';
import { takeStep } from '#main/jobs/training/step';
import type { Feed, Forward, System, Values } from '#main/recipes/recipe';

export interface Trained {
  /** The terms of every step. */
  history: Record<string, number>[];
  forward: Forward;
  validate(x: Float32Array): Promise<Record<string, number>>;
  values: Values;
  seconds: number;
  close(): Promise<void>;
}

export interface TrainOptions {
  /** Items [n, size]. */
  train: Float32Array;
  seed: number;
  steps?: number;
  threads?: number;
  onStep?(step: number, terms: Record<string, number>, trained: Pick<Trained, 'validate'>): void | Promise<void>;
}

/** Heads of a system over given values; sessions are opened when they are first used. */
export function forwardOf(
  system: System,
  read: () => Promise<Values>,
  seed: number,
): Forward & { close(): Promise<void>; stale(): void } {
  const sessions = new Map<string, ForwardSession>();
  const fresh = new Set<string>();
  const forward = async (id: string, feeds: Record<string, Feed>, count: number) => {
    const head = system.heads[id];
    if (!head) throw new Error(`no head ${id}`);
    const session = sessions.get(id) ?? (await openForwardSession(head.program('cpu'), { device: 'cpu', seed }));
    sessions.set(id, session);
    if (!fresh.has(id)) {
      const values = await read();
      await session.write(new Map([...values].map(([name, { data }]) => [name, data])));
      fresh.add(id);
    }
    const out = await session.run(feeds, count);
    return Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, data as Feed]));
  };
  return Object.assign(forward, {
    stale: () => fresh.clear(),
    close: async () => {
      for (const session of sessions.values()) await session.close();
    },
  });
}

/** Items in batches of at most the batch size. */
async function* batchesOf(x: Float32Array, itemSize: number, batchSize: number): AsyncGenerator<Float32Array> {
  for (let at = 0; at < x.length; at += batchSize * itemSize) yield x.subarray(at, at + batchSize * itemSize);
}

function itemsOf(x: Float32Array, itemSize: number, rows: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rows.length * itemSize);
  for (let i = 0; i < rows.length; i++)
    out.set(x.subarray(rows[i]! * itemSize, (rows[i]! + 1) * itemSize), i * itemSize);
  return out;
}

export async function trainSystem(
  system: System,
  { train, seed, steps = system.steps, threads, onStep }: TrainOptions,
): Promise<Trained> {
  const program = system.program('cpu');
  // A system that makes views of its items is fed those; its heads take the items.
  const itemShape = program.inputs['x']?.shape.slice(1) ?? system.heads['embed']!.inputs['x']!.shape;
  const itemSize = itemShape.reduce((size: number, dim) => size * Number(dim), 1);
  const session = await openTrainSession(program, { device: 'cpu', seed, ...(threads && { threads }) });
  const forward = forwardOf(system, () => session.read(), seed);
  const random = stream(seed);
  const count = train.length / itemSize;
  const values = await session.read();
  const started = await system.initialise?.({
    forward,
    values,
    batch: async (n) => itemsOf(train, itemSize, random.split('initialise').permutation(count).slice(0, n)),
    random: random.split('start'),
  });
  if (started) await session.write(new Map([...started].map(([name, { data }]) => [name, data as Float32Array])));
  forward.stale();

  const validate = (x: Float32Array) => {
    forward.stale();
    return system.validate({ forward, batches: batchesOf(x, itemSize, system.batchSize) });
  };
  const history: Record<string, number>[] = [];
  const start = performance.now();
  for (let step = 1; step <= steps; step++) {
    const own = random.split(step);
    const rows = own.split('items').integers(system.batchSize, count);
    const x = itemsOf(train, itemSize, rows);
    const learningRate = system.learningRate(step);
    const terms = await takeStep(session, system, { x, step, chance: own.split('feeds'), learningRate });
    history.push(terms);
    await onStep?.(step, terms, { validate });
  }
  forward.stale();
  return {
    history,
    forward,
    validate,
    values: await session.read(),
    seconds: (performance.now() - start) / 1000,
    close: async () => {
      await forward.close();
      await session.close();
    },
  };
}
