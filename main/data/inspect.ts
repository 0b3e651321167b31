/** A quick look at sources before they are imported: what is there, how much, how large. Decodes no picture. */
import { stat } from 'node:fs/promises';
import type { Inspection } from '#app/records/dataset';
import { naturalCompare } from './natural';
import { ordered, spread } from './ordered';
import { commonSizes, largestDefaultSide, type Size } from './shape';
import type { Entry, Survey } from './source';
import { survey } from './survey';

const weighed = 2000; // files whose size is asked for; with more, the sum is estimated from these

/** Throws PretextError as an import would. `samples`: folder of the built-in samples. */
export async function inspect(
  sources: string[],
  options: { samples?: string; check?(): void } = {},
): Promise<Inspection> {
  const check = options.check ?? (() => undefined);
  const found = await survey(sources, { samples: options.samples, check });
  try {
    const sizes = await commonSizes(found, check);
    const entries = filesOf(found);
    const { bytes, estimated } = await weight(entries);
    return {
      sources,
      format: found.format,
      name: found.name,
      files: entries.length,
      classes: classesOf(found),
      sizes,
      bytes,
      notes: notesOn(found, sizes, estimated),
    };
  } finally {
    found.close();
  }
}

const filesOf = ({ pictures, pairs }: Survey): Entry[] => [
  ...pictures.map(({ entry }) => entry),
  ...pairs.flatMap(({ images, labels }) => (labels ? [images, labels] : [images])),
];

/** The classes of IDX files are known only when their labels are read, which a look does not do. */
const classesOf = ({ pictures }: Survey): string[] =>
  [...new Set(pictures.map(({ className }) => className))].filter((name) => name !== undefined).sort(naturalCompare);

async function weight(entries: readonly Entry[]): Promise<{ bytes: number; estimated: boolean }> {
  const some = spread(entries, weighed);
  let sum = 0;
  const sizes = ordered(
    some,
    16,
    async ({ bytes, where }) => bytes ?? (await stat(where).catch(() => undefined))?.size ?? 0,
  );
  for await (const size of sizes) sum += size;
  const estimated = some.length < entries.length;
  return { bytes: estimated ? Math.round((sum / some.length) * entries.length) : sum, estimated };
}

function notesOn({ pictures, pairs, problems, format }: Survey, sizes: readonly Size[], estimated: boolean): string[] {
  const notes: string[] = [];
  const [first, ...others] = sizes;
  const items = pairs.reduce((sum, { dims }) => sum + dims.count, 0);
  if (pairs.length > 0)
    notes.push(`${items} pictures in ${pairs.length === 1 ? 'one IDX file' : `${pairs.length} IDX files`}.`);
  if (pairs.some(({ labels }) => !labels)) notes.push('No labels file was found beside the pictures.');
  if (pictures.length > 0 && pictures.every(({ className }) => className === undefined))
    notes.push('No class folders: the pictures will have no labels, unless a labels file is given.');
  const given = new Set([...pictures, ...pairs].map(({ split }) => split).filter((split) => split !== undefined));
  if (given.size > 0) notes.push(`The source has its own splits: ${[...given].join(', ')}.`);
  if (first && Math.max(first.height, first.width) > largestDefaultSide)
    notes.push(
      `The pictures are large; their longer side will be ${largestDefaultSide} pixels, unless a size is chosen.`,
    );
  if (others.some(({ height, width }) => height !== first?.height || width !== first?.width))
    notes.push(`Sizes differ: all will be fitted into ${first?.width} × ${first?.height}, unless a size is chosen.`);
  if (estimated) notes.push('The size on disk is estimated.');
  if (format !== 'sample') for (const { file, reason } of problems.slice(0, 5)) notes.push(`${file}: ${reason}`);
  if (problems.length > 5) notes.push(`${problems.length - 5} more files cannot be used.`);
  return notes;
}
