/** Pictures as NumPy arrays: `imgs` [n, h, w(, c)], labels beside them, and what they are made from where that is told. */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Factors } from '#app/records/dataset';
import { ByteReader } from './bytes';
import { splitNamed } from './paths';
import type { IdxImages, RasterSet } from './source';
import { npyRows, readNpyHeader, valueReader } from './table/npy';
import { type NpzArray, wholeArray } from './table/npz';

const imageName = /^(imgs?|images?|x|data|pictures|pixels)([-_.]|$)/i;
const labelName = /^(y|labels?|targets?|classes)([-_.]|$)/i;
/** Arrays with smaller sides are no pictures but, say, sequences of three numbers; unless they are called pictures. */
const leastSide = 4;
const leastNamedSide = 2;
/** Pictures read at once: about this many values. */
const valuesAtOnce = 1 << 20;

interface Layout extends IdxImages {
  /** Channels come before rows, as networks have them. */
  planes: boolean;
}

/** How an array holds pictures; `undefined` where it holds none. */
function layoutOf({ name, shape, kind }: NpzArray): Layout | undefined {
  const [count = 0, a = 0, b = 0, c] = shape;
  if (kind === 'U' || kind === 'S' || count === 0) return undefined;
  const least = imageName.test(name) ? leastNamedSide : leastSide;
  const sides = (height: number, width: number) => Math.min(height, width) >= least;
  if (shape.length === 3 && sides(a, b)) return { count, height: a, width: b, channels: 1, planes: false };
  if (shape.length !== 4 || c === undefined) return undefined;
  if ((c === 1 || c === 3) && sides(a, b)) return { count, height: a, width: b, channels: c, planes: false };
  if ((a === 1 || a === 3) && sides(b, c)) return { count, height: b, width: c, channels: a, planes: true };
  return undefined;
}

export const holdsImages = (arrays: readonly NpzArray[]): boolean => arrays.some((array) => layoutOf(array));

/** `x_test` → test, `train_images` → train. */
const splitIn = (name: string): Split | undefined => {
  for (const word of name.split(/[-_.]/)) if (splitNamed(word)) return splitNamed(word);
  return undefined;
};

/**
 * The pictures of an archive: one array, or one for each split (`x_train`, `x_test`). `label`: a factor whose value is
 * taken as the class.
 *
 * Throws PretextError where an array cannot be read, or there is no such factor.
 */
export async function npzImages(
  where: string,
  stem: string,
  arrays: readonly NpzArray[],
  { label, check }: { label: string | undefined; check(): void },
): Promise<{ rasters: RasterSet[]; factors?: Factors & { values: Int32Array }; notes: string[] }> {
  const all = arrays.flatMap((array) => {
    const layout = layoutOf(array);
    return layout ? [{ array, layout, split: splitIn(array.name) }] : [];
  });
  const named = all.filter(({ array, split }) => imageName.test(array.name) || split);
  const usable = named.length > 0 ? named : all;
  const split = usable.filter((one) => one.split);
  const chosen = split.length > 1 ? split : usable.slice(0, 1);
  const count = chosen[0]!.layout.count;
  const factors = chosen.length === 1 ? await factorsOf(where, arrays, count) : undefined;
  const used = new Set(chosen.map(({ array }) => array.name));
  const rasters: RasterSet[] = [];
  for (const { array, layout, split: own } of chosen) {
    check();
    const y = arrays.find(
      ({ name, shape }) =>
        labelName.test(name) &&
        splitIn(name) === own &&
        shape[0] === layout.count &&
        (shape.length === 1 || shape[1] === 1),
    );
    if (y) used.add(y.name);
    const words = factors && label !== undefined ? factorWords(where, factors, label) : undefined;
    const labels = words ?? (y && (await wholeArray(y.entry)).map(String));
    const prefix = chosen.length > 1 && own ? own : stem;
    rasters.push(rasterOf({ where, prefix, array, layout, split: own, labels }, check));
  }
  const left = arrays.filter(({ name }) => !used.has(name) && !/^latents_/.test(name)).map(({ name }) => name);
  return {
    rasters,
    ...(factors && { factors }),
    notes: left.length > 0 ? [`Arrays left out: ${left.join(', ')}.`] : [],
  };
}

interface Found {
  where: string;
  prefix: string;
  array: NpzArray;
  layout: Layout;
  split: Split | undefined;
  labels: readonly string[] | undefined;
}

function rasterOf({ where, prefix, array, layout, split, labels }: Found, check: () => void): RasterSet {
  const { count, height, width, channels } = layout;
  const place = `${where} › ${array.name}`;
  const digits = Math.max(5, String(count - 1).length);
  return {
    where: place,
    dims: { count, height, width, channels },
    split,
    labelled: labels !== undefined,
    files: [array.entry],
    async *read() {
      const { low, scale } = await rangeOf(place, array, check);
      let at = 0;
      for await (const values of batches(place, array)) {
        const size = height * width * channels;
        for (let from = 0; from < values.length; from += size, at++) {
          const pixels = new Uint8Array(size);
          for (let i = 0; i < size; i++) {
            const to = layout.planes ? (i % (height * width)) * channels + Math.floor(i / (height * width)) : i;
            pixels[to] = Math.round(Math.min(255, Math.max(0, (values[from + i]! - low) * scale)));
          }
          yield { name: `${prefix}/${String(at).padStart(digits, '0')}`, pixels, label: labels?.[at] };
        }
      }
    },
  };
}

/**
 * How values become bytes: 0 and 1, or shares of 1, are stretched to 255; bytes stay; all else is stretched from its
 * least to its greatest value. Bytes are looked at only until one is larger than 1.
 */
async function rangeOf(place: string, array: NpzArray, check: () => void): Promise<{ low: number; scale: number }> {
  let [low, high] = [0, 0];
  const areBytes = array.kind === 'u' && array.bytes === 1;
  for await (const values of batches(place, array)) {
    check();
    for (const value of values) {
      if (value > high) high = value;
      if (value < low) low = value;
    }
    if (areBytes && high > 1) break;
  }
  return stretch(low, high, areBytes);
}

/** `bytes`: values above 1 are bytes already, however dark. */
export function stretch(low: number, high: number, bytes = false): { low: number; scale: number } {
  if (low >= 0 && high <= 1) return { low: 0, scale: 255 };
  if (low >= 0 && high <= 255 && (bytes || high > 127)) return { low: 0, scale: 1 };
  return { low, scale: 255 / (high - low) };
}

/** The array's values, some rows at a time. NaN is 0. */
async function* batches(place: string, { entry, shape }: NpzArray): AsyncGenerator<Float32Array> {
  const rowSize = shape.slice(1).reduce((size, dim) => size * dim, 1);
  const reader = new ByteReader((await entry.open()) as AsyncIterable<Buffer>);
  try {
    const header = await readNpyHeader(reader);
    const value = valueReader(header);
    if (!value) throw new Error('its values are no numbers');
    for await (const { bytes } of npyRows(reader, header, Math.max(1, Math.floor(valuesAtOnce / rowSize)))) {
      const values = new Float32Array(bytes.length / header.bytes);
      for (let i = 0; i < values.length; i++) values[i] = value(bytes, i * header.bytes) || 0;
      yield values;
    }
  } catch (error) {
    throw new PretextError(`${place} cannot be read: ${error instanceof Error ? error.message : error}.`, {
      advice: 'The file is cut short or damaged: save it again.',
      cause: error,
    });
  } finally {
    await reader.close();
  }
}

/** `latents_classes` [n, f] with names and sizes, as dSprites has them; factors with one value say nothing. */
async function factorsOf(
  where: string,
  arrays: readonly NpzArray[],
  count: number,
): Promise<(Factors & { values: Int32Array }) | undefined> {
  const named = (wanted: string) => arrays.find(({ name }) => name === wanted);
  const classes = named('latents_classes');
  if (classes?.shape.length !== 2 || classes.shape[0] !== count) return undefined;
  const f = classes.shape[1]!;
  const all = (await wholeArray(classes.entry)).map(Number);
  if (all.some((value) => !Number.isInteger(value) || value < 0))
    throw new PretextError(`${where} › latents_classes must hold whole numbers from 0 on.`);
  const [names, sizes] = [named('latents_names'), named('latents_sizes')];
  const words = names ? (await wholeArray(names.entry)).map(String) : [];
  const told = sizes ? (await wholeArray(sizes.entry)).map(Number) : [];
  const kept = Array.from({ length: f }, (_, k) => {
    let size = told[k] ?? 1;
    for (let i = k; i < all.length; i += f) size = Math.max(size, all[i]! + 1);
    return { k, name: words[k] ?? `factor ${k + 1}`, size };
  }).filter(({ size }) => size > 1);
  const values = new Int32Array(count * kept.length);
  for (let i = 0; i < count; i++) kept.forEach(({ k }, to) => (values[i * kept.length + to] = all[i * f + k]!));
  return { names: kept.map(({ name }) => name), sizes: kept.map(({ size }) => size), values };
}

function factorWords(where: string, { names, values }: Factors & { values: Int32Array }, label: string): string[] {
  const at = names.indexOf(label);
  if (at < 0)
    throw new PretextError(`${where} has no factor “${label}”.`, {
      kind: 'usage',
      advice: `Its factors are: ${names.join(', ')}.`,
    });
  return Array.from({ length: values.length / names.length }, (_, i) => `${label} ${values[i * names.length + at]}`);
}
