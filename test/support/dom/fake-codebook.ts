/** A codebook as a trained run would have it: stroke patches as codes, maps by nearest patch. */
import type { Codebook, CodeMap, Firing } from '#app/records/codebook';
import { drawDigit, randomOf } from './digits';
import { itemRecord } from './fake-records';

const size = 128;
const map = 7; // codes along a side
const patch = 4; // pixels along a side of a code's patch
const side = map * patch;
const area = patch * patch;

/** The patches: blank first, then cuts of many digits. float [K, 16] */
const patches: Uint8Array[] = [new Uint8Array(area)];
const random = randomOf(99);
while (patches.length < size) {
  const digit = drawDigit(Math.floor(random() * 10), patches.length);
  const cut = cutOut(digit, Math.floor(random() * map), Math.floor(random() * map));
  if (cut.some((value) => value > 90)) patches.push(cut);
}
const length = 16;

function cutOut(pixels: Uint8Array, row: number, column: number): Uint8Array {
  return Uint8Array.from(
    { length: area },
    (_, at) => pixels[(row * patch + Math.floor(at / patch)) * side + column * patch + (at % patch)] ?? 0,
  );
}
const far = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);

const nearest = (cut: Uint8Array): number => {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  patches.forEach((one, code) => {
    const distance = far(cut, one);
    if (distance < least) [best, least] = [code, distance];
  });
  return best;
};

const encoded = new Map<number, Int32Array>();
export function codesOf(item: number): Int32Array {
  const known = encoded.get(item);
  if (known) return known;
  const pixels = drawDigit(itemRecord(item).label, item);
  const codes = Int32Array.from({ length: map * map }, (_, at) =>
    nearest(cutOut(pixels, Math.floor(at / map), at % map)),
  );
  encoded.set(item, codes);
  return codes;
}

export function decode(codes: Int32Array) {
  const pixels = new Uint8Array(side * side);
  codes.forEach((code, at) => {
    const one = patches[code] ?? new Uint8Array(area);
    one.forEach((value, i) => {
      pixels[(Math.floor(at / map) * patch + Math.floor(i / patch)) * side + (at % map) * patch + (i % patch)] = value;
    });
  });
  return { count: 1, height: side, width: side, channels: 1 as const, pixels };
}

const looked = 400; // items that are encoded for the counts
export function codebookRecord(step: number): Codebook {
  const counts = new Uint32Array(size);
  for (let item = 0; item < looked; item += 1) for (const code of codesOf(item)) counts[code] = (counts[code] ?? 0) + 1;
  const total = counts.reduce((a, b) => a + b);
  const entropyOf = (some: number[]) => {
    const all = some.reduce((a, b) => a + b);
    return -some.reduce((sum, n) => (n > 0 ? sum + (n / all) * Math.log(n / all) : sum), 0);
  };
  const entropy = entropyOf([...counts]);
  const order = Int32Array.from({ length: size }, (_, i) => i).sort((a, b) => sum(a) - sum(b));
  const neighbours = new Int32Array(size * 8);
  for (let code = 0; code < size; code += 1) {
    const near = Array.from({ length: size }, (_, other) => other)
      .filter((other) => other !== code)
      .sort((a, b) => far(patches[code]!, patches[a]!) - far(patches[code]!, patches[b]!));
    neighbours.set(near.slice(0, 8), code * 8);
  }
  const plane = Float32Array.from({ length: size * 2 }, (_, i) => {
    const one = patches[i >> 1]!;
    const halves = one.reduce(
      (total, value, at) => total + ((i % 2 === 0 ? at % patch < 2 : at < area / 2) ? value : -value),
      0,
    );
    return halves / 1000;
  });
  const pixels = new Uint8Array(size * area);
  patches.forEach((one, code) => pixels.set(one, code * area));
  return {
    step,
    level: 'fine',
    levels: [{ level: 'fine', map: { height: map, width: map } }],
    size,
    length,
    map: { height: map, width: map },
    split: 'validation',
    items: looked,
    counts,
    used: counts.filter((n) => n > 0).length,
    perplexity: Math.exp(entropy),
    entropyBits: entropy / Math.LN2,
    blank: { code: 0, share: (counts[0] ?? 0) / total, perplexity: Math.exp(entropyOf([...counts].slice(1))) },
    patches: { count: size, height: patch, width: patch, channels: 1, pixels },
    similarityOrder: order,
    neighbours,
    plane,
  };
}
const sum = (code: number) => patches[code]!.reduce((a, b) => a + b);

export function firingRecord(code: number, position: number | undefined, offset: number, limit: number): Firing {
  const positions = new Uint32Array(map * map);
  const byClass = new Float64Array(10);
  const inClass = new Float64Array(10);
  const found: { index: number; cells: number[] }[] = [];
  for (let index = 0; index < looked; index += 1) {
    const cells = [...codesOf(index)].flatMap((one, at) => (one === code ? [at] : []));
    const label = itemRecord(index).label;
    inClass[label] = (inClass[label] ?? 0) + 1;
    if (cells.length === 0) continue;
    for (const cell of cells) positions[cell] = (positions[cell] ?? 0) + 1;
    byClass[label] = (byClass[label] ?? 0) + 1;
    if (position === undefined || cells.includes(position)) found.push({ index, cells });
  }
  found.sort((a, b) => b.cells.length - a.cells.length);
  const page = found.slice(offset, offset + limit);
  const pixels = new Uint8Array(page.length * side * side);
  page.forEach(({ index }, i) => pixels.set(drawDigit(itemRecord(index).label, index), i * side * side));
  return {
    code,
    items: found.length,
    places: positions.reduce((a, b) => a + b, 0),
    positions,
    byClass: [...byClass].map((n, label) => (inClass[label] ? n / inClass[label]! : 0)),
    page: page.map(({ index, cells }) => ({ item: itemRecord(index), cells })),
    pictures: { count: page.length, height: side, width: side, channels: 1, pixels },
  };
}

export function codeMapRecord(index: number): CodeMap {
  const item = itemRecord(index);
  const original = drawDigit(item.label, index);
  const codes = codesOf(index);
  const decoded = decode(codes);
  const mse =
    original.reduce((total, value, i) => total + ((value - (decoded.pixels[i] ?? 0)) / 255) ** 2, 0) / original.length;
  return { item, codes, original: { ...decoded, pixels: original }, decoded, mse };
}
