/** Laws of the turns: every contestant in every round, no one always first, one that fails stops no other. */
import { expect, it } from 'vitest';
import { engines } from '../../bench/engines/index';
import type { ContestantProcess } from '../../bench/process';
import { COMPARED_STEPS, compete, type Patience, type Runner } from '../../bench/rounds';

const patience: Patience = { rounds: 6, mostRounds: 6, budget: 0, turn: 0.1, answer: 1 };

/** Takes 10 ms for a step, without taking any time. */
function fake(name: string, log: string[], fails?: 'hello' | 'build'): Runner {
  const answers = {
    hello: () => ({ title: name, threads: 1, idle: 7 }),
    build: () => ({ build: 1, first: 2, loss: 5 }),
    memory: () => ({ peak: 99 }),
    step: ({ steps }: { steps: number }) => {
      log.push(`${name}:${steps}`);
      return { wall: 10 * steps, cpu: 20 * steps, losses: Array.from({ length: steps }, (_, i) => 4 - i) };
    },
  };
  const process = {
    async ask(call: keyof typeof answers, ask: never) {
      if (call === fails) throw new Error(`${name} has no ${call}`);
      return answers[call](ask);
    },
    close: async () => {
      log.push(`${name} closed`);
    },
  };
  return { entry: engines[0]!, batch: 8, fixture: '', process: process as unknown as ContestantProcess };
}

it('takes turns in an order that rotates, each turn as many steps as it should last', async () => {
  const log: string[] = [];
  const { contestants } = await compete([fake('a', log), fake('b', log), fake('c', log)], patience);
  const turns = log.filter((entry) => entry.endsWith(':10')); // 10 steps of 10 ms
  expect(turns.map((entry) => entry[0]).join('')).toBe('abcbcacababcbcacab');
  expect(contestants.map(({ turns: taken }) => taken.length)).toEqual([6, 6, 6]);
  expect(contestants[0]!.turns[0]).toMatchObject({ wall: 10, cpu: 20 });
});

it('keeps the losses of the first steps, the memory and the build time', async () => {
  const { contestants } = await compete([fake('a', [])], patience);
  expect(contestants[0]!.losses).toHaveLength(COMPARED_STEPS);
  expect(contestants[0]!.losses.slice(0, 2)).toEqual([5, 4]);
  expect(contestants[0]).toMatchObject({ title: 'a', build: 1, first: 2, peak: 99, idle: 7, batch: 8 });
});

it('reports one that cannot build in its own words, ends it, and goes on with the others', async () => {
  const log: string[] = [];
  const { contestants, failures } = await compete([fake('a', log, 'build'), fake('b', log)], patience);
  expect(failures).toEqual([{ engine: engines[0]!.id, title: 'a', error: 'a has no build' }]);
  expect(contestants.map(({ title }) => title)).toEqual(['b']);
  expect(log.filter((entry) => entry === 'a closed')).toHaveLength(1);
});

it('ends every process', async () => {
  const log: string[] = [];
  await compete([fake('a', log), fake('b', log)], patience);
  expect(log.slice(-2)).toEqual(['a closed', 'b closed']);
});
