import { expect, test } from 'vitest';
import { inTurn } from '#renderer/widgets/in-turn';

const task = () => new Promise((resolve) => setTimeout(resolve));

test('works in the order of asking, one piece to a task, and other tasks get in between', async () => {
  const seen: string[] = [];
  inTurn(() => seen.push('first'));
  setTimeout(() => seen.push('a key'));
  inTurn(() => seen.push('second'));
  expect(seen).toEqual([]);
  await task();
  await task();
  await task();
  expect(seen).toEqual(['first', 'a key', 'second']);
});

test('what was withdrawn is not done, and holds up nothing', async () => {
  const seen: string[] = [];
  const withdraw = inTurn(() => seen.push('withdrawn'));
  inTurn(() => seen.push('kept'));
  withdraw();
  await task();
  await task();
  expect(seen).toEqual(['kept']);
});

test('a piece that fails does not keep the next from its turn', async () => {
  const seen: string[] = [];
  const failures: unknown[] = [];
  const heard = (error: unknown) => failures.push(error);
  process.on('uncaughtException', heard);
  const others = process.listeners('uncaughtException').filter((one) => one !== heard);
  for (const one of others) process.off('uncaughtException', one);
  inTurn(() => {
    throw new Error('broken');
  });
  inTurn(() => seen.push('next'));
  await task();
  await task();
  await task();
  process.off('uncaughtException', heard);
  for (const one of others) process.on('uncaughtException', one);
  expect(seen).toEqual(['next']);
});
