/** Numbers as the guide writes them. */
import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  compact,
  count,
  duration,
  gigabytes,
  metric,
  parameters,
  percent,
  plural,
  rate,
  roughly,
  shortPath,
  when,
} from '#renderer/widgets/format';

/** Every kind of space as a plain one, so that laws are readable. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

describe('numbers', () => {
  it.each([
    [0, '0'],
    [12_000, '12 000'],
    [1_234_567, '1 234 567'],
    [-5, '\u22125'],
    [undefined, '–'],
    [Number.NaN, 'not a number'],
  ])('counts %s as %s', (value, text) => expect(plain(count(value))).toBe(text));
  it.each([
    [950, '950'],
    [12_000, '12k'],
    [60_000, '60k'],
    [618_241, '618k'],
    [1_240_000, '1.2M'],
    [-3000, '\u22123k'],
  ])('is compact about %s: %s', (value, text) => expect(compact(value)).toBe(text));
  it.each([
    [0.003654, '0.00365'],
    [0.0001, '0.000100'],
    [0.00004123, '4.12e-5'],
    [19.62, '19.6'],
    [14_820, '14 820'],
    [0, '0'],
    [-0.5, '\u22120.500'],
    [Number.NaN, 'not a number'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('writes the metric %s with three digits: %s', (value, text) => expect(plain(metric(value))).toBe(text));
  it.each([
    [0.002, '2e-3'],
    [0.0000125, '1.25e-5'],
    [0, '0'],
  ])('writes the rate %s as %s', (value, text) => expect(rate(value)).toBe(text));
  it.each([
    [0.938, '93.8 %'],
    [1, '100.0 %'],
    [-0.02, '\u22122.0 %'],
    [Number.NaN, '–'],
  ])('writes the share %s as %s', (value, text) => expect(plain(percent(value))).toBe(text));
  it.each([
    [618_241, '0.62 M'],
    [27_776, '27.8 k'],
    [513, '513'],
  ])('writes %s parameters as %s', (value, text) => expect(plain(parameters(value))).toBe(text));
  it('says one item and two items', () => expect([plural(1, 'run'), plural(2, 'run')]).toEqual(['1 run', '2 runs']));
});

describe('sizes and times', () => {
  it('a part of a whole is short and in one unit', () => {
    expect(plain(gigabytes(2.26e9, 25.3e9))).toBe('2.3 / 25 GB');
    expect(plain(gigabytes(0.04e9, 8e9))).toBe('0 / 8 GB');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [2_400_000, '2.4 MB'],
    [35e6, '35 MB'],
    [1.41e9, '1.41 GB'],
    [999_999, '1 MB'],
  ])('writes %s bytes as %s', (value, text) => expect(plain(bytes(value))).toBe(text));
  it.each([
    [0.0032, '3 ms'],
    [4.2, '4.2 s'],
    [172, '2 min 52 s'],
    [120, '2 min'],
    [3840, '1 h 4 min'],
    [59.7, '1 min'],
    [9.97, '10 s'],
    [undefined, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('writes %s seconds as %s', (value, text) => expect(plain(duration(value))).toBe(text));
  it.each([
    [0.4, 'under 1 s'],
    [38, '38 s'],
    [280, '5 min'],
    [7200, '2 h'],
  ])('is rough about %s seconds: %s', (value, text) => expect(plain(roughly(value))).toBe(text));
  it.each([
    [278, '4:38'],
    [3878, '1:04:38'],
  ])('writes %s seconds on a clock as %s', (value, text) => expect(clock(value)).toBe(text));
  it('names yesterday, and leaves out this year', () => {
    const now = new Date(2026, 10, 24, 9).getTime();
    expect(when(new Date(2026, 10, 24, 8, 5).getTime(), now)).toBe('08:05');
    expect(when(new Date(2026, 10, 23, 23).getTime(), now)).toBe('yesterday');
    expect(when(new Date(2026, 10, 2).getTime(), now)).toBe('2 Nov');
    expect(when(new Date(2025, 10, 2).getTime(), now)).toBe('2 Nov 2025');
  });
  it('shortens a path from the left, and keeps its last part whole', () => {
    expect(shortPath('/home/ada/data', 40)).toBe('/home/ada/data');
    const short = shortPath('/home/ada/very/long/way/to/the/folder/glyphs', 24);
    expect(short).toMatch(/^…\/.*folder\/glyphs$/);
    expect(short.length).toBeLessThanOrEqual(24);
  });
});
