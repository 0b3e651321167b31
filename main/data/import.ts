/**
 * Brings data into a project: finds it, decodes it in a stream, prepares it to one shape, draws the splits and writes
 * three hashed blobs. Bad files are reported and left out; the rest goes on. Until the end nothing is visible.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { ImageDataset, ImportOptions, Item, NewDataset, Problem } from '#app/records/dataset';
import { readAll } from './bytes';
import { decodePicture, fitRaster, largestFile, type Prepared, Undecodable } from './decode';
import { BlobWriter, type Disk, publishAll, readyFolder, realDisk } from './disk';
import { whyUnreadable } from './failures';
import { readPair } from './idx';
import { LabelTable } from './labels';
import { Ledger, type Settled } from './ledger';
import { ordered } from './ordered';
import { isSample } from './samples';
import { chooseShape } from './shape';
import type { Check, IdxPair, PictureFile, Shape, Survey } from './source';
import { survey } from './survey';
import type { ZipLimits } from './zip';

export interface ImportContext {
  /** Folder of the project's blobs; made where it is missing. */
  objects: string;
  progress(done: number, total: number): void;
  /** Throws when the user has stopped the job. Asked before every item. */
  check: Check;
  /** Told once all is durable, in order of the index. */
  items(batch: Item[]): void;
  problems(batch: Problem[]): void;
  /** Folder of the built-in samples, where it is not beside the program. */
  samples?: string;
  /** For tests. */
  disk?: Disk;
  zipLimits?: ZipLimits;
}

export type Imported = NewDataset;

const pagesOf = 1000; // items or problems told at once
const parallel = 8; // pictures being read and decoded: bounds the memory
const defaultSplit = { validation: 0.1, test: 0.1 };

/**
 * Imports `sources` as one data set. The same data and options give the same `hash` on every machine.
 *
 * Throws PretextError where nothing can be imported or the project cannot be written; whatever `check` throws ends
 * the import. Either way no trace is left in `objects`.
 */
export async function importDataset(
  sources: string[],
  options: ImportOptions,
  context: ImportContext,
): Promise<Imported> {
  const plan = { seed: options.seed ?? 0, ...(options.split ?? defaultSplit) };
  if (plan.validation + plan.test >= 1)
    throw new PretextError(`Validation (${plan.validation}) and test (${plan.test}) leave nothing to train on.`, {
      kind: 'usage',
      advice: 'Choose shares that add up to less than 1.',
    });
  const table = options.labels === undefined ? undefined : await LabelTable.read(options.labels);
  const { check, samples, zipLimits } = context;
  const found = await survey(sources, { as: options.as, samples, zipLimits, check });
  try {
    const prepared = await prepare(found, options, table, context);
    try {
      const settled = prepared.ledger.settle(plan);
      settled.problems.push(...(table?.unused() ?? []));
      const blobs = await write(prepared, settled, context);
      tell(prepared.ledger, settled, context);
      return record(sources, options, found, prepared, settled, blobs);
    } finally {
      await prepared.pixels.abort();
    }
  } finally {
    found.close();
  }
}

interface Preparation {
  shape: Shape;
  pixels: BlobWriter;
  ledger: Ledger;
}

/** Decodes everything. Starts over in colour when the first colour turns up late in data that looked grey. */
async function prepare(
  found: Survey,
  options: ImportOptions,
  table: LabelTable | undefined,
  context: ImportContext,
): Promise<Preparation> {
  const { shape, surely } = await chooseShape(found, options, context.check);
  const total = found.pictures.length + found.pairs.reduce((sum, { dims }) => sum + dims.count, 0);
  const disk = context.disk ?? realDisk;
  const gather = async (chosen: Shape, stopAtColour: boolean): Promise<Preparation | 'colour'> => {
    // An IDX header may lie about the count, so only picture files, which are there, make a promise of their size.
    const expected = found.pictures.length * chosen.height * chosen.width * chosen.channels;
    await readyFolder(context.objects, expected, disk);
    const pixels = await BlobWriter.create(context.objects, disk);
    const ledger = new Ledger(found.problems);
    const intake = new Intake(pixels, ledger, table, total, context);
    try {
      for (const pair of found.pairs) await intake.pair(pair, chosen);
      if (await intake.pictures(found.pictures, chosen, stopAtColour)) {
        if (ledger.count === 0) throw noneReadable(ledger.problems);
        return { shape: chosen, pixels, ledger };
      }
    } catch (error) {
      await pixels.abort();
      throw error;
    }
    await pixels.abort();
    return 'colour';
  };
  const first = await gather(shape, !surely);
  if (first !== 'colour') return first;
  return (await gather({ ...shape, channels: 3 }, false)) as Preparation;
}

function noneReadable(problems: readonly Problem[]): PretextError {
  const first = problems.find(({ kind }) => kind !== 'blank');
  return new PretextError(
    `None of the pictures could be read.${first ? ` The first: ${first.file}: ${first.reason}` : ''}`,
    { advice: 'Check that the files open in another program, and that the disk is sound.' },
  );
}

/** Takes items in, one by one, in order. */
class Intake {
  readonly #pixels: BlobWriter;
  readonly #ledger: Ledger;
  readonly #table: LabelTable | undefined;
  readonly #context: ImportContext;
  readonly #total: number;
  readonly #every: number;
  #done = 0;

  constructor(
    pixels: BlobWriter,
    ledger: Ledger,
    table: LabelTable | undefined,
    total: number,
    context: ImportContext,
  ) {
    this.#pixels = pixels;
    this.#ledger = ledger;
    this.#table = table;
    this.#context = context;
    this.#total = total;
    this.#every = Math.max(1, Math.floor(total / 500)); // 500 steps of progress are enough for the eye
  }

  async pair(pair: IdxPair, shape: Shape): Promise<void> {
    const { height, width, channels } = pair.dims;
    const report = (problem: Problem): void => this.#ledger.report(problem);
    const prepared = ordered(readPair(pair, report), parallel, (item) => {
      this.#context.check();
      const fitted = fitRaster({ height, width, channels, pixels: item.pixels }, shape);
      const given = { ...item, where: pair.images.where };
      return fitted instanceof Promise ? fitted.then((picture) => ({ given, picture })) : { given, picture: fitted };
    });
    for await (const { given, picture } of prepared) await this.#take(given, given.label, pair.split, picture);
  }

  /** False when a colour picture turned up although `stopAtColour`. */
  async pictures(files: readonly PictureFile[], shape: Shape, stopAtColour: boolean): Promise<boolean> {
    const prepared = ordered(files, parallel, async (file) => {
      this.#context.check();
      try {
        return { file, picture: await decodePicture(await readAll(file.entry, largestFile), shape) };
      } catch (error) {
        return { file, error };
      }
    });
    for await (const { file, picture, error } of prepared) {
      const { name, where } = file.entry;
      if (!picture) {
        const kind = error instanceof Undecodable ? error.kind : 'unreadable';
        const reason = error instanceof Undecodable ? error.message : `The file ${whyUnreadable(error)}.`;
        this.#ledger.report({ file: where, kind, reason });
        this.#step();
      } else if (stopAtColour && picture.colour) return false;
      else await this.#take({ name, where }, file.className, file.split, picture);
    }
    return true;
  }

  async #take(
    { name, where }: { name: string; where: string },
    className: string | undefined,
    split: PictureFile['split'],
    { pixels, low, high }: Prepared,
  ): Promise<void> {
    this.#context.check();
    const key = createHash('sha256').update(pixels).digest('hex').slice(0, 32); // 128 bits: no chance twins
    const label = this.#table ? this.#table.labelOf(name) : className;
    const item = this.#ledger.add(name, where, key, label, split);
    if (high - low < blankRange) {
      const reason = `Nearly blank: all its pixels lie between ${low} and ${high} of 255. It was kept.`;
      this.#ledger.report({ file: where, kind: 'blank', reason, item });
    }
    const writing = this.#pixels.write(pixels);
    if (writing) await writing;
    this.#step();
  }

  #step(): void {
    this.#done++;
    if (this.#done % this.#every === 0 || this.#done === this.#total) this.#context.progress(this.#done, this.#total);
  }
}

const blankRange = 8; // of 255: less contrast than the eye sees on a screen

async function write(
  { pixels }: Preparation,
  settled: Settled,
  context: ImportContext,
): Promise<ImageDataset['blobs']> {
  const { objects, disk } = context;
  const writers = [pixels];
  try {
    for (const bytes of [littleEndian(settled.labels), settled.splits]) {
      const writer = await BlobWriter.create(objects, disk);
      writers.push(writer);
      await writer.write(bytes);
    }
    const names = [];
    for (const writer of writers) names.push(await writer.seal());
    context.check(); // the last moment to stop
    await publishAll(objects, writers);
    const [pixelsName, labels, splits] = names as [string, string, string];
    return { pixels: pixelsName, labels, splits };
  } finally {
    for (const writer of writers) await writer.abort();
  }
}

function littleEndian(values: Int32Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}

function tell(ledger: Ledger, settled: Settled, { items, problems }: ImportContext): void {
  for (const page of ledger.items(settled, pagesOf)) items(page);
  for (let from = 0; from < settled.problems.length; from += pagesOf)
    problems(settled.problems.slice(from, from + pagesOf));
}

function record(
  sources: string[],
  options: ImportOptions,
  found: Survey,
  { shape, ledger, pixels }: Preparation,
  { classes, splitCounts, problems }: Settled,
  blobs: ImageDataset['blobs'],
): Imported {
  const { height, width, channels } = shape;
  const content = JSON.stringify([
    blobs.pixels,
    blobs.labels,
    blobs.splits,
    [ledger.count, height, width, channels],
    classes,
  ]);
  return {
    name: options.name ?? found.name,
    modality: 'image',
    format: found.format,
    sources: sources.map((source) => (isSample(source) ? source : resolve(source))),
    count: ledger.count,
    image: { height, width, channels },
    classes,
    splitCounts,
    problemCount: problems.length,
    hash: createHash('sha256').update(content).digest('hex'),
    blobs,
    bytes: pixels.bytes + ledger.count * 5, // a label is 4 bytes, a split 1
  };
}
