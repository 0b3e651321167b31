import { expect, it } from 'vitest';
import { startPace } from '#main/jobs/training/pace';

function clock() {
  let time = 1000; // ms
  const pace = (limitSeconds?: number, before = 0) =>
    startPace({ before, batchSize: 10, limitSeconds, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { pace, pass };
}

it('counts items a second from the steps alone, and the time left with what comes on top', async () => {
  const { pace: start, pass } = clock();
  const pace = start();
  for (let step = 0; step < 4; step++) {
    await pace.step(async () => pass(100));
    pass(100); // a checkpoint after each
  }
  expect(pace.itemsPerSecond()).toBeCloseTo(100);
  expect(pace.secondsLeft(10)).toBeCloseTo(2);
});

it('leaves pauses out of seconds and out of the limit', () => {
  const { pace: start, pass } = clock();
  const pace = start(10, 3);
  pass(2000);
  const goOn = pace.pause();
  pass(60_000);
  goOn();
  pass(1000);
  expect(pace.seconds()).toBeCloseTo(6); // 3 before this sitting
  expect(pace.overtime()).toBe(false);
  pass(7001);
  expect(pace.overtime()).toBe(true);
});

it('knows no speed before the first step, and the limit bounds the time left', async () => {
  const { pace: start, pass } = clock();
  expect(start().secondsLeft(100)).toBeUndefined();
  expect(start().itemsPerSecond()).toBe(0);
  const pace = start(5);
  await pace.step(async () => pass(1000));
  expect(pace.secondsLeft(100)).toBeCloseTo(4);
});

it('forgets steps that are longer ago than its window', async () => {
  const { pace: start, pass } = clock();
  const pace = start();
  await pace.step(async () => pass(4000));
  for (let step = 0; step < 60; step++) await pace.step(async () => pass(100));
  expect(pace.itemsPerSecond()).toBeCloseTo(100);
});
