/**
 * The IDX format of MNIST (http://yann.lecun.com/exdb/mnist): two zero bytes, a type byte, the number of dimensions,
 * the dimensions as big-endian uint32, then the values. Images are uint8 [n, h, w] or [n, h, w, 3], labels uint8 [n].
 */
import type { Split } from '#app/records/common';
import type { Problem } from '#app/records/dataset';
import { type ByteReader, openBytes } from './bytes';
import { whyUnreadable } from './failures';
import { naturalCompare } from './natural';
import { splitNamed } from './paths';
import type { Check, Entry, IdxImages, IdxPair, RasterItem, RasterSet } from './source';

const largestSide = 16_384; // pixels; a header that says more is taken for damage

type Sniffed =
  | { kind: 'images'; dims: IdxImages }
  | { kind: 'labels'; count: number }
  | { kind: 'wrong'; problem: Problem['kind']; reason: string };

/** What an entry's header says it is. */
export async function sniffIdx(entry: Entry): Promise<Sniffed> {
  let reader: ByteReader | undefined;
  try {
    reader = await openBytes(entry);
    return await readHeader(reader);
  } catch (error) {
    return { kind: 'wrong', problem: 'unreadable', reason: `The file ${whyUnreadable(error)}.` };
  } finally {
    await reader?.close();
  }
}

async function readHeader(reader: ByteReader): Promise<Sniffed> {
  const wrong = (reason: string, problem: Problem['kind'] = 'unreadable'): Sniffed => ({
    kind: 'wrong',
    problem,
    reason,
  });
  const magic = await reader.take(4);
  if (magic.length === 0) return wrong('The file is empty (0 bytes).', 'empty');
  if (magic.length < 4 || magic[0] !== 0 || magic[1] !== 0)
    return wrong(
      `Neither an IDX file nor a PNG, JPEG or WebP picture: it starts with ${magic.toString('hex')}.`,
      'skipped',
    );
  if (magic[2] !== 8)
    return wrong(
      `The IDX values are of type 0x${magic.toString('hex', 2, 3)}; only 0x08, unsigned bytes, are pictures.`,
    );
  const rank = magic[3] as number;
  if (rank < 1 || rank > 4) return wrong(`The IDX file has ${rank} dimensions; images have 3 or 4, labels have 1.`);
  const header = await reader.take(4 * rank);
  if (header.length < 4 * rank) return wrong('The IDX file ends inside its header.');
  const [count = 0, height = 0, width = 0, channels = 1] = Array.from({ length: rank }, (_, i) =>
    header.readUInt32BE(4 * i),
  );
  if (rank === 1) return { kind: 'labels', count };
  const fits = height > 0 && height <= largestSide && width > 0 && width <= largestSide;
  if (rank === 2 || !fits || (channels !== 1 && channels !== 3))
    return wrong(`The IDX header says pictures of ${height} × ${width} × ${channels}; that cannot be.`);
  return { kind: 'images', dims: { count, height, width, channels } };
}

/** Finds the pairs among IDX files: by the names without `images`/`labels`, or because there is only one of each. */
export async function pairIdx(entries: readonly Entry[], problems: Problem[], check: Check): Promise<IdxPair[]> {
  const images: { entry: Entry; dims: IdxImages }[] = [];
  const labels: Entry[] = [];
  for (const entry of entries) {
    check();
    const found = await sniffIdx(entry);
    if (found.kind === 'images') images.push({ entry, dims: found.dims });
    else if (found.kind === 'labels') labels.push(entry);
    else problems.push({ file: entry.where, kind: found.problem, reason: found.reason });
  }
  const splits = new Set(images.map(({ entry }) => splitOf(entry)));
  const several = splits.size > 1 && !splits.has(undefined);
  const left = new Set(labels);
  const pairs = images.map(({ entry, dims }) => {
    const partner =
      [...left].find((label) => stem(label) === stem(entry)) ??
      (images.length === 1 && labels.length === 1 ? labels[0] : undefined);
    if (partner) left.delete(partner);
    const split = several ? splitOf(entry) : undefined;
    const prefix = splitOf(entry) ?? (stem(entry).split('/').pop() || 'item');
    return { images: entry, dims, prefix, ...(partner && { labels: partner }), ...(split && { split }) };
  });
  for (const { where } of left)
    problems.push({ file: where, kind: 'skipped', reason: 'Labels without the image file they belong to.' });
  // Two pairs of one name would give two items of one name.
  const prefixes = pairs.map(({ prefix }) => prefix);
  return pairs
    .map((pair) =>
      prefixes.filter((p) => p === pair.prefix).length > 1 ? { ...pair, prefix: pair.images.name } : pair,
    )
    .sort(
      (a, b) =>
        order.indexOf(a.split ?? 'train') - order.indexOf(b.split ?? 'train') || naturalCompare(a.prefix, b.prefix),
    );
}

const order: Split[] = ['train', 'validation', 'test'];

const stem = ({ name }: Entry): string =>
  name
    .toLowerCase()
    .replace(/\.gz$/, '')
    .replace(/images?|labels?|idx\d?|ubyte/g, '')
    .replace(/[-_. ]+/g, ' ')
    .replace(/ *(\/|$) */g, '$1')
    .trim();

function splitOf(entry: Entry): Split | undefined {
  const [folder, file] = entry.name.split('/').slice(-2);
  for (const word of (file ?? folder ?? '').split(/[-_. ]/)) if (splitNamed(word)) return splitNamed(word);
  return file !== undefined ? splitNamed(folder as string) : undefined;
}

export const rasterOfPair = (pair: IdxPair): RasterSet => ({
  where: pair.images.where,
  dims: pair.dims,
  split: pair.split,
  labelled: pair.labels !== undefined,
  files: pair.labels ? [pair.images, pair.labels] : [pair.images],
  read: (report) => readPair(pair, report),
});

/** Streams a pair's items. What does not agree (too short, too long, fewer labels) is reported, and the rest goes on. */
async function* readPair(pair: IdxPair, report: (problem: Problem) => void): AsyncGenerator<RasterItem> {
  const labels = pair.labels && (await readLabels(pair.labels, report));
  const reader = await openBytes(pair.images);
  const file = pair.images.where;
  const { count } = pair.dims;
  const itemBytes = pair.dims.height * pair.dims.width * pair.dims.channels;
  const digits = Math.max(5, String(count - 1).length);
  let read = 0;
  try {
    await readHeader(reader);
    for (; read < count; read++) {
      const pixels = await reader.take(itemBytes);
      if (pixels.length < itemBytes) {
        const reason = `The header says ${count} pictures, but the file ends after ${read}${pixels.length > 0 ? ' and a piece' : ''}. Those ${read} were kept.`;
        report({ file, kind: 'unreadable', reason });
        break;
      }
      const label = labels?.[read];
      const name = `${pair.prefix}/${String(read).padStart(digits, '0')}`;
      yield { name, pixels, label: label === undefined ? undefined : String(label) };
    }
    if (read === count && (await reader.take(1)).length > 0)
      report({
        file,
        kind: 'skipped',
        reason: `The file is longer than the ${count} pictures its header speaks of; what follows them was left out.`,
      });
  } catch (error) {
    report({
      file,
      kind: 'unreadable',
      reason: `After ${read} pictures the file ${whyUnreadable(error)}. Those ${read} were kept.`,
    });
  } finally {
    await reader.close();
  }
  if (labels && labels.length !== read)
    report({ file: pair.labels?.where ?? file, kind: 'unlabelled', reason: unequal(labels.length, read) });
}

const unequal = (labels: number, pictures: number): string =>
  labels < pictures
    ? `There are ${labels} labels for ${pictures} pictures; the last ${pictures - labels} have none.`
    : `There are ${labels} labels for ${pictures} pictures; the last ${labels - pictures} labels belong to none.`;

/** All labels: one byte each, so even ten million are small. */
async function readLabels(entry: Entry, report: (problem: Problem) => void): Promise<Buffer | undefined> {
  let reader: ByteReader | undefined;
  try {
    reader = await openBytes(entry);
    const header = await readHeader(reader);
    if (header.kind !== 'labels') return undefined;
    const parts: Buffer[] = [];
    let have = 0;
    while (have < header.count) {
      const part = await reader.take(Math.min(65_536, header.count - have));
      if (part.length === 0) break;
      parts.push(part);
      have += part.length;
    }
    if (have < header.count)
      report({
        file: entry.where,
        kind: 'unreadable',
        reason: `The header says ${header.count} labels, but the file ends after ${have}.`,
      });
    return Buffer.concat(parts);
  } catch (error) {
    report({
      file: entry.where,
      kind: 'unreadable',
      reason: `The labels file ${whyUnreadable(error)}; the pictures have no labels.`,
    });
    return undefined;
  } finally {
    await reader?.close();
  }
}
