import { describe, expect, it } from 'vitest';
import { bitsText, dimensions, layoutSketch, shapeText } from '#renderer/views/new-run/sketch';

const block = (part: string, shape: number[]) => ({ part, name: 'x', shape, parameters: 10 });
const blocks = [
  block('encoder', [32, 14, 14]),
  block('encoder', [64, 7, 7]),
  block('codebook', [7, 7]),
  block('decoder', [32, 14, 14]),
  block('decoder', [1, 28, 28]),
];
const frame = { left: 80, right: 430, middle: 90, tall: 96 };

describe('shapes', () => {
  it('are read with the channels first or last', () => {
    expect(dimensions([64, 7, 7])).toEqual({ side: 7, channels: 64, isMap: true });
    expect(dimensions([7, 7, 64])).toEqual({ side: 7, channels: 64, isMap: true });
    expect(dimensions([32])).toEqual({ side: 1, channels: 32, isMap: false });
  });

  it('are written short', () => {
    expect([[64, 7, 7], [7, 7], [32], [28, 28, 1]].map(shapeText)).toEqual(['7²×64', '7²', '32', '28²×1']);
  });
});

describe('the sketch', () => {
  it('keeps the boxes in order, apart and inside its frame', () => {
    for (const many of [1, 3, 10]) {
      const { boxes } = layoutSketch(Array.from({ length: many }, () => blocks).flat(), frame);
      for (const [i, box] of boxes.entries()) {
        expect(box.width).toBeGreaterThan(0);
        if (i > 0) expect(box.x).toBeGreaterThanOrEqual(boxes[i - 1]!.x + boxes[i - 1]!.width);
      }
      if (many <= 3) expect(boxes.at(-1)!.x + boxes.at(-1)!.width).toBeLessThanOrEqual(frame.right + 1);
    }
  });

  it('wider maps are taller', () => {
    const { boxes } = layoutSketch(blocks, frame);
    expect(boxes[0]!.height).toBeGreaterThan(boxes[1]!.height);
    expect(boxes[4]!.height).toBeGreaterThan(boxes[3]!.height);
  });

  it('says each shape once where it changes, and names each part once', () => {
    const { boxes, parts } = layoutSketch(
      [...blocks.slice(0, 2), block('encoder', [64, 7, 7]), ...blocks.slice(2)],
      frame,
    );
    expect(boxes.map(({ label }) => label).slice(0, 4)).toEqual(['14²×32', '7²×64', undefined, '7²']);
    const said = boxes.filter(({ label }) => label !== undefined);
    for (const [i, box] of said.entries()) {
      const before = said[i - 1];
      if (!before) continue;
      const centre = (one: typeof box) => one.x + one.width / 2;
      expect(centre(box) - centre(before)).toBeGreaterThan(((box.label!.length + before.label!.length) / 2) * 6);
    }
    expect(parts.map(({ name }) => name)).toEqual(['encoder', 'codebook', 'decoder']);
  });

  it('survives having no blocks', () => {
    expect(layoutSketch([], frame)).toMatchObject({ boxes: [], left: 80, right: 430 });
  });
});

it('bits say how much smaller the code is', () => {
  expect(bitsText({ input: 6272, code: 441 })).toBe('6\u202f272 bit → 441 bit, 14× smaller');
  expect(bitsText({ input: 100, code: 200 })).toBe('100 bit → 200 bit, 2.0× larger');
  expect(bitsText({ input: 0, code: 0 })).toBe('');
});
