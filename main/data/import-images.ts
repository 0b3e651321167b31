/** The import of pictures: decoded in a stream, prepared to one shape, written as hashed blobs. */
import { createHash } from 'node:crypto';
import { PretextError } from '#app/contract';
import type { ImageDataset, ImportOptions, NewDataset, Problem } from '#app/records/dataset';
import { littleEndian, publishBlobs } from './blobs';
import { BlobWriter, readyFolder, realDisk } from './disk';
import { type ImportContext, pageSize, placesOf, tellProblems } from './import-context';
import { Intake } from './intake';
import { LabelTable } from './labels';
import { Ledger, type Settled } from './ledger';
import { chooseShape } from './shape';
import type { Shape, Survey } from './source';
import type { SplitPlan } from './split';

/** Bad files are reported and left out; the rest goes on. */
export async function importImages(
  found: Survey,
  sources: string[],
  options: ImportOptions,
  plan: SplitPlan,
  context: ImportContext,
): Promise<NewDataset> {
  const table = options.labels === undefined ? undefined : await LabelTable.read(options.labels);
  const prepared = await prepare(found, options, table, context);
  try {
    const settled = prepared.ledger.settle(plan);
    table?.expectSome(prepared.ledger.count);
    settled.problems.push(...(table?.unused() ?? []));
    const blobs = await write(prepared, settled, factorsOf(found, prepared.ledger), context);
    for (const page of prepared.ledger.items(settled, pageSize)) context.items(page);
    tellProblems(settled.problems, context);
    return record(sources, options, found, prepared, settled, blobs);
  } finally {
    await prepared.pixels.abort();
  }
}

/** Only where every item of the source is there, so that their rows agree. */
const factorsOf = ({ factors }: Survey, { count }: Ledger): Survey['factors'] =>
  factors && factors.values.length === count * factors.names.length ? factors : undefined;

async function write(
  { pixels }: Preparation,
  { labels, splits }: Settled,
  factors: Survey['factors'],
  context: ImportContext,
): Promise<ImageDataset['blobs']> {
  const beside = { labels: littleEndian(labels), splits };
  if (!factors) {
    const { items, ...others } = await publishBlobs(pixels, beside, context);
    return { pixels: items, ...others };
  }
  const known = { ...beside, factors: littleEndian(factors.values) };
  const { items, ...others } = await publishBlobs(pixels, known, context);
  return { pixels: items, ...others };
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
  const total = found.pictures.length + found.rasters.reduce((sum, { dims }) => sum + dims.count, 0);
  const disk = context.disk ?? realDisk;
  const gather = async (chosen: Shape, stopAtColour: boolean): Promise<Preparation | 'colour'> => {
    // An IDX header may lie about the count, so only picture files, which are there, make a promise of their size.
    const expected = found.pictures.length * chosen.height * chosen.width * chosen.channels;
    await readyFolder(context.objects, expected, disk);
    const pixels = await BlobWriter.create(context.objects, disk);
    const ledger = new Ledger(found.problems);
    const intake = new Intake(pixels, ledger, table, total, context);
    try {
      for (const set of found.rasters) await intake.rasters(set, chosen);
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

function record(
  sources: string[],
  options: ImportOptions,
  found: Survey,
  { shape, ledger, pixels }: Preparation,
  { classes, splitCounts, problems }: Settled,
  blobs: ImageDataset['blobs'],
): NewDataset {
  const { height, width, channels } = shape;
  const content = JSON.stringify([
    blobs.pixels,
    blobs.labels,
    blobs.splits,
    [ledger.count, height, width, channels],
    classes,
    ...(blobs.factors === undefined ? [] : [blobs.factors]),
  ]);
  return {
    name: options.name ?? found.name,
    modality: 'image',
    format: found.format,
    sources: placesOf(sources),
    count: ledger.count,
    image: { height, width, channels },
    ...(blobs.factors !== undefined &&
      found.factors && { factors: { names: found.factors.names, sizes: found.factors.sizes } }),
    classes,
    splitCounts,
    problemCount: problems.length,
    hash: createHash('sha256').update(content).digest('hex'),
    blobs,
    bytes: pixels.bytes + ledger.count * (5 + 4 * (blobs.factors === undefined ? 0 : found.factors!.names.length)), // a label is 4 bytes, a split 1
  };
}
