import { beforeEach, expect, it } from 'vitest';
import { nearRows, relative, suspects } from '#renderer/explorers/generator/near';
import { GeneratorState, sheetCount, wayCount, whole } from '#renderer/explorers/generator/samples.svelte';
import { latentHandlers } from '#test/dom/fake-latent';

let asked: { name: string; ask: { draw: Record<string, number>; run: string } }[];
let generator: GeneratorState;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const drawsOf = (run: string) =>
  asked.filter(({ name, ask }) => name === 'generator.sample' && ask.run === run).map(({ ask }) => ask.draw);

beforeEach(async () => {
  asked = [];
  const call = async (name: keyof typeof latentHandlers, ask: never) => {
    asked.push({ name, ask });
    return latentHandlers[name](ask) as never;
  };
  generator = new GeneratorState({
    call: call as never,
    failed: (_, error) => expect.fail(String(error)),
    isCancelled: () => false,
  });
  await generator.open('r-1', 10);
  await settle();
});

it('draws a sheet from its seed; another is the next seed; nothing is cut off until it is asked for', async () => {
  expect(drawsOf('r-1')).toEqual([{ seed: 1, count: sheetCount, temperature: 1 }]);
  generator.another();
  generator.set({ truncation: 1, temperature: 0.5 });
  await settle();
  expect(drawsOf('r-1').at(-1)).toEqual({ seed: 2, count: sheetCount, temperature: 0.5, truncation: 1 });
  generator.set({ truncation: whole });
  expect(generator.draw.truncation).toBeUndefined();
});

it('keeps seed and choice through another checkpoint', async () => {
  generator.set({ seed: 9, temperature: 0.7 });
  generator.choose(12);
  await generator.open('r-1', 20);
  await settle();
  expect(drawsOf('r-1').at(-1)).toMatchObject({ seed: 9, temperature: 0.7 });
  expect(generator.ends).toEqual([1, 12]);
  expect(generator.between.pictures?.count).toBe(wayCount);
});

it('draws the run beside it with the same chance, again with every new draw', async () => {
  await generator.compareWith('r-2');
  generator.another();
  await settle();
  expect(drawsOf('r-2').map(({ seed }) => seed)).toEqual([1, 2]);
  await generator.compareWith(undefined);
  expect(generator.other).toBeUndefined();
});

it('another draw hides what was found of the one before', async () => {
  await generator.findNearest();
  expect(generator.near?.items).toHaveLength(sheetCount);
  generator.another();
  expect(generator.near).toBeUndefined();
});

it('suspects samples that lie at less than half of the usual distance', () => {
  const near = { distances: Float32Array.of(4, 4.6, 9), usual: 9 };
  expect(suspects(near)).toEqual([0]);
  expect(relative(near, 2)).toBe(1);
  expect(relative({ ...near, usual: 0 }, 0)).toBeNaN();
});

it('writes what was found as a table', async () => {
  await generator.findNearest();
  const rows = nearRows(generator.near!);
  expect(rows).toHaveLength(sheetCount + 1);
  expect(rows[3]?.slice(0, 2)).toEqual([2, 6]);
});
