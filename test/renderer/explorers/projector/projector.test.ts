import { describe, expect, it } from 'vitest';
import type { Cloud } from '#app/records/projector';
import { boxOf, fitted, toPlane, toScreen, zoomed } from '#renderer/explorers/projector/camera';
import {
  combined,
  modeOf,
  outlineOf,
  pointAt,
  pointTowards,
  rowsInside,
  rowsOf,
} from '#renderer/explorers/projector/choose';
import { pictureSvg, pointRows } from '#renderer/explorers/projector/figures';
import { faded, hidden, looksOf, paletteOf, plain, selected } from '#renderer/explorers/projector/looks';
import { amounts, barsOf, categories, spreadOf } from '#renderer/explorers/projector/shades';
import { lookOf } from '#renderer/explorers/projector/shapes';

const size = { width: 400, height: 300 };
/** A cross of five points. */
const positions = Float32Array.from([0, 0, 2, 0, -2, 0, 0, 2, 0, -2]);
const camera = fitted(boxOf(positions), size);
const none = () => false;

describe('the camera', () => {
  it('has all points in sight, and undoes itself', () => {
    for (let row = 0; row < 5; row++) {
      const [x, y] = toScreen(camera, size, positions[2 * row]!, positions[2 * row + 1]!);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(300);
      const [px, py] = toPlane(camera, size, x, y);
      expect(px).toBeCloseTo(positions[2 * row]!, 5);
      expect(py).toBeCloseTo(positions[2 * row + 1]!, 5);
    }
  });
  it('comes nearer to what lies under the pointer', () => {
    const nearer = zoomed(camera, size, camera.scale, 2, [300, 80]);
    expect(nearer.scale).toBeCloseTo(2 * camera.scale, 6);
    const [before, after] = [toPlane(camera, size, 300, 80), toPlane(nearer, size, 300, 80)];
    after.forEach((value, axis) => expect(value).toBeCloseTo(before[axis]!, 6));
  });
  it('looks at one point too', () => expect(boxOf(Float32Array.from([3, 4])).right).toBe(3.5));
});

describe('choosing', () => {
  const right = toScreen(camera, size, 2, 0);
  it('takes what is inside an outline, hidden points left out', () => {
    const around = (reach: number) => {
      const [x, y] = right;
      return outlineOf(
        [x - reach, y - reach, x + reach, y - reach, x + reach, y + reach, x - reach, y + reach],
        camera,
        size,
      );
    };
    expect([...rowsInside(positions, around(10), none)]).toEqual([1]);
    expect([...rowsInside(positions, around(10), (row) => row === 1)]).toEqual([]);
    expect([...rowsInside(positions, around(400), none)]).toEqual([0, 1, 2, 3, 4]);
  });
  it('is inside by the even–odd rule, whatever the shape, as counting every edge says', () => {
    const outline = Float64Array.from({ length: 46 }, (_, at) => 2.4 * Math.sin(1 + 7 * at + (at % 2)));
    const cloud = Float32Array.from({ length: 800 }, (_, at) => 2.5 * Math.cos(3 * at + 1));
    const crossings = (x: number, y: number) => {
      let count = 0;
      for (let at = 0; at < outline.length; at += 2) {
        const next = (at + 2) % outline.length;
        const [ax, ay, bx, by] = [outline[at]!, outline[at + 1]!, outline[next]!, outline[next + 1]!];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) count++;
      }
      return count;
    };
    const expected = [...Array(400).keys()].filter((row) => crossings(cloud[2 * row]!, cloud[2 * row + 1]!) % 2 === 1);
    expect(expected.length).toBeGreaterThan(20);
    expect([...rowsInside(cloud, outline, none)]).toEqual(expected);
    expect([...rowsInside(positions, Float64Array.of(-1, 0, 1, 0, 0, 0), none)]).toEqual([]); // no height at all
  });
  it('Shift adds, Alt removes', () => {
    expect(modeOf({ shiftKey: true, altKey: false })).toBe('add');
    expect(modeOf({ shiftKey: false, altKey: true })).toBe('remove');
    const mask = combined(new Uint8Array(5), [1, 2], 'replace');
    expect([...rowsOf(combined(mask, [4], 'add'))]).toEqual([1, 2, 4]);
    expect([...rowsOf(combined(mask, [2], 'remove'))]).toEqual([1]);
    expect([...rowsOf(combined(mask, [3], 'replace'))]).toEqual([3]);
  });
  it('finds the point under the pointer and the next one along an arrow key', () => {
    expect(pointAt(positions, camera, size, right, 5, none)).toBe(1);
    expect(pointAt(positions, camera, size, [5, 5], 5, none)).toBeUndefined();
    expect(pointTowards(positions, 0, 'ArrowLeft', none)).toBe(2);
    expect(pointTowards(positions, 0, 'ArrowUp', none)).toBe(3);
    expect(pointTowards(positions, 1, 'ArrowRight', none)).toBeUndefined();
  });
});

describe('looks', () => {
  const shades = categories('label', ['a', 'b'], [0, 1, 1, -1, 0]);
  it('64 categories have 64 different pairs of colour and mark', () => {
    const pairs = Array.from({ length: 64 }, (_, place) => Object.values(lookOf(place)).join());
    expect(new Set(pairs).size).toBe(64);
  });
  it('a selection fades the others; a hidden category is not drawn', () => {
    const state = (looks: Uint8Array) => [0, 1, 2, 3, 4].map((row) => looks[4 * row + 2]);
    expect(state(looksOf(shades, 5, undefined, new Set()))).toEqual(Array(5).fill(plain));
    const mask = Uint8Array.from([1, 0, 0, 0, 0]);
    expect(state(looksOf(shades, 5, mask, new Set([1])))).toEqual([selected, hidden, hidden, faded, faded]);
  });
  it('counts categories, and compares a selection with all', () => {
    expect(shades.counts).toEqual([2, 2]);
    expect(barsOf(shades, [1, 2, 0])).toMatchObject([
      { name: 'b', selected: 2 / 3, all: 0.4 },
      { name: 'a', selected: 1 / 3, all: 0.4 },
    ]);
    const values = Float32Array.from({ length: 100 }, (_, i) => (i === 0 ? Number.NaN : i));
    const ramp = amounts('loss', values);
    expect(ramp.missing).toBe(1);
    expect(spreadOf(ramp, [99, 98]).selected.at(-1)).toBe(1);
  });
});

describe('files', () => {
  const cloud = {
    count: 5,
    items: Uint32Array.of(9, 8, 7, 6, 5),
    labels: Int32Array.of(0, 1, 1, -1, 0),
  } as Partial<Cloud>;
  const table = {
    cloud: { ...cloud, splits: new Uint8Array(5) } as Cloud,
    positions,
    classes: ['a', 'b'],
    shades: undefined,
  };
  it('have a row for each point, or for those selected', () => {
    const mask = Uint8Array.of(0, 1, 0, 0, 0);
    expect(pointRows({ ...table, mask })).toHaveLength(6);
    expect(pointRows({ ...table, mask, names: new Map([[8, 'x.png']]) }, [1])).toEqual([
      ['item', 'name', 'label', 'split', 'x', 'y', 'selected'],
      [8, 'x.png', 'b', 'train', 2, 0, true],
    ]);
  });
  it('the SVG has a mark for every point that is not hidden', () => {
    const shades = categories('label', ['a', 'b'], table.cloud.labels);
    const looks = looksOf(shades, 5, undefined, new Set([1]));
    const svg = pictureSvg(
      { ...table, shades, mask: undefined },
      new Set([1]),
      paletteOf(() => '#102030'),
      looks,
      {
        title: 'a < b',
        paper: '#fff',
      },
    );
    expect(svg.match(/<use /g)).toHaveLength(3 + 1); // three points and one line of the legend
    expect(svg).not.toContain('a < b');
  });
});
