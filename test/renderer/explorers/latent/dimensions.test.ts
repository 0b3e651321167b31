import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Codes, traversal } from '#renderer/explorers/latent/codes';
import { Decoder } from '#renderer/explorers/latent/decoder.svelte';
import { Dimensions, padSide } from '#renderer/explorers/latent/dimensions.svelte';
import { Pairs } from '#renderer/explorers/latent/pairs.svelte';
import { codeOfItem, decodeSpots, forgetNames, latentHandlers, latentSize } from '#test/dom/fake-latent';

let asked: { name: string; ask: unknown }[];
let dimensions: Dimensions;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(async () => {
  forgetNames();
  asked = [];
  const call = async (name: keyof typeof latentHandlers, ask: never) => {
    asked.push({ name, ask });
    return latentHandlers[name](ask) as never;
  };
  dimensions = new Dimensions({ call: call as never, failed: (_, error) => expect.fail(String(error)) });
  await dimensions.open('r-1', 100, 50);
  await dimensions.take(7);
  await settle();
});

describe('one code', () => {
  it('begins as that of an item, and everything drawn is of it', () => {
    expect(dimensions.code).toEqual(codeOfItem(7));
    expect(dimensions.now.pictures).toEqual(decodeSpots(codeOfItem(7)));
    const rows = [...dimensions.used, ...dimensions.unused];
    expect(dimensions.grid.codes).toEqual(traversal(dimensions.space!, dimensions.code, rows, '3'));
    expect(dimensions.pad.pictures?.count).toBe(padSide ** 2);
  });

  it('is moved by slider, cell and walk alike', async () => {
    dimensions.set(2, 1.5);
    expect(dimensions.code[2]).toBe(1.5);
    dimensions.walkTo(-1, 0.5);
    expect([dimensions.code[dimensions.across], dimensions.code[dimensions.up]]).toEqual([-1, 0.5]);
    await settle();
    expect(dimensions.now.codes).toEqual(dimensions.code);
  });

  it('takes a whole slide back at once', () => {
    const before = dimensions.code[4];
    for (const value of [0.1, 0.2, 0.3]) dimensions.set(4, value, true);
    dimensions.settle();
    dimensions.set(4, 0.9);
    dimensions.undo();
    expect(dimensions.code[4]).toBeCloseTo(0.3);
    dimensions.undo();
    expect(dimensions.code[4]).toBe(before);
    dimensions.redo();
    expect(dimensions.code[4]).toBeCloseTo(0.3);
  });

  it('stays through another checkpoint of its run once it was moved, and not in another run', async () => {
    dimensions.set(0, 2);
    await dimensions.open('r-1', 200, 50);
    expect(dimensions.code[0]).toBe(2);
    expect(dimensions.step).toBe(200);
    await dimensions.open('r-2', 200, 1);
    expect(dimensions.code).toEqual(codeOfItem(0));
  });

  it('moves in its chosen dimension by a share of the range, and not beyond', () => {
    dimensions.chosen = 3;
    dimensions.set(3, 0);
    dimensions.nudge(0.1);
    expect(dimensions.code[3]).toBeCloseTo(0.6);
    dimensions.nudge(1);
    expect(dimensions.code[3]).toBe(3);
  });
});

it('a name is kept with the run, and an empty one takes it away', async () => {
  await dimensions.rename(1, ' height ');
  expect(dimensions.nameOf(1)).toBe('height');
  expect(asked.at(-1)).toMatchObject({ name: 'latent.rename', ask: { run: 'r-1', dimension: 1 } });
  await dimensions.rename(1, '');
  expect(dimensions.nameOf(1)).toBeUndefined();
});

describe('what is decoded', () => {
  it('is the newest: what changed meanwhile is skipped', async () => {
    const seen: number[] = [];
    let release = () => {};
    const decoder = new Decoder(
      async (codes: Codes) => {
        seen.push(codes[0]!);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return { pictures: decodeSpots(new Float32Array(latentSize)), milliseconds: 1 };
      },
      (error) => expect.fail(String(error)),
    );
    for (const value of [1, 2, 3]) void decoder.show(Float32Array.of(value));
    release();
    await settle();
    release();
    await settle();
    expect(seen).toEqual([1, 3]);
    expect(decoder.codes).toEqual(Float32Array.of(3));
  });

  it('is called late after 100 ms, until it comes', async () => {
    vi.useFakeTimers();
    try {
      let answer = () => {};
      const pictures = decodeSpots(new Float32Array(latentSize));
      const decoder = new Decoder(
        () =>
          new Promise((resolve) => {
            answer = () => resolve({ pictures, milliseconds: 1 });
          }),
        () => {},
      );
      const shown = decoder.show(new Float32Array(latentSize));
      await vi.advanceTimersByTimeAsync(99);
      expect(decoder.isLate).toBe(false);
      await vi.advanceTimersByTimeAsync(2);
      expect(decoder.isLate).toBe(true);
      answer();
      await shown;
      expect(decoder.isLate).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('pairs', () => {
  it('decode A with the marked dimensions of B and B with those of A, and marks can be undone', async () => {
    const pairs = new Pairs(dimensions);
    await pairs.take([1, 2, 3]);
    pairs.toggle(0);
    await settle();
    const [a, b] = [codeOfItem(1), codeOfItem(2)];
    const [first, second] = [pairs.codes.slice(0, latentSize), pairs.codes.slice(latentSize)];
    expect([first[0], first[1]]).toEqual([b[0], a[1]]);
    expect([second[0], second[1]]).toEqual([a[0], b[1]]);
    expect(pairs.result.pictures).toEqual(decodeSpots(pairs.codes));
    pairs.undo();
    expect(pairs.codes.slice(0, latentSize)).toEqual(a);
    pairs.invert();
    expect(pairs.codes.slice(0, latentSize)).toEqual(b);
  });

  it('go over from A to B in nine pictures, and add up to one', async () => {
    const pairs = new Pairs(dimensions);
    await pairs.take([1, 2, 2]);
    pairs.set({ mode: 'between' });
    expect(pairs.codes).toHaveLength(9 * latentSize);
    pairs.set({ mode: 'sum' });
    pairs.codes.forEach((value, j) => {
      expect(value).toBeCloseTo(codeOfItem(1)[j]!, 5); // A − B + B
    });
  });
});
