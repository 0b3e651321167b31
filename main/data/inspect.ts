/** A quick look at sources before they are imported: what is there, how much, how large. Decodes no picture. */
import { stat } from 'node:fs/promises';
import type { Inspection } from '#app/records/dataset';
import { naturalCompare } from './natural';
import { ordered, spread } from './ordered';
import { commonSizes, largestDefaultSide, type Size } from './shape';
import type { Entry, Survey } from './source';
import { survey } from './survey';
import { glanceAtTable } from './table/survey-table';
import type { TableFile } from './table/table-file';

const weighed = 2000; // files whose size is asked for; with more, the sum is estimated from these
const rowsLooked = 20_000;

/** Throws PretextError as an import would. `samples`: folder of the built-in samples. */
export async function inspect(
  sources: string[],
  options: { samples?: string; check?(): void } = {},
): Promise<Inspection> {
  const check = options.check ?? (() => undefined);
  const found = await survey(sources, { samples: options.samples, check });
  try {
    const { format, name } = found;
    if (found.table) return { sources, format, name, ...(await tableFacts(found, found.table, check)) };
    const sizes = await commonSizes(found, check);
    const entries = filesOf(found);
    const { bytes, estimated } = await weight(entries);
    const { factors } = found;
    return {
      ...{ sources, format, name, files: entries.length, classes: classesOf(found), sizes, bytes },
      ...(factors && { factors: { names: factors.names, sizes: factors.sizes } }),
      notes: notesOn(found, sizes, estimated),
    };
  } finally {
    found.close();
  }
}

async function tableFacts(
  found: Survey,
  file: TableFile,
  check: () => void,
): Promise<Omit<Inspection, 'sources' | 'format' | 'name'>> {
  const { problems, ...table } = await glanceAtTable(file, rowsLooked, check);
  const classes = table.columns.find(({ kind }) => kind === 'label')?.words ?? [];
  const notes = [...file.notes, ...problemNotes([...found.problems, ...problems])];
  if (!table.all) notes.push(`Only the first ${table.rows} rows were looked at; the import looks at all.`);
  return { files: 1, classes, sizes: [], table, bytes: file.bytes, notes };
}

const filesOf = ({ pictures, rasters }: Survey): Entry[] => [
  ...pictures.map(({ entry }) => entry),
  ...rasters.flatMap(({ files }) => files),
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

function notesOn(found: Survey, sizes: readonly Size[], estimated: boolean): string[] {
  const { pictures, rasters, problems, format } = found;
  const notes = [...rasterNotes(found), ...found.notes];
  const [first, ...others] = sizes;
  if (pictures.length > 0 && pictures.every(({ className }) => className === undefined))
    notes.push('No class folders: the pictures will have no labels, unless a labels file is given.');
  const given = new Set([...pictures, ...rasters].map(({ split }) => split).filter((split) => split !== undefined));
  if (given.size > 0) notes.push(`The source has its own splits: ${[...given].join(', ')}.`);
  if (first && Math.max(first.height, first.width) > largestDefaultSide)
    notes.push(
      `The pictures are large; their longer side will be ${largestDefaultSide} pixels, unless a size is chosen.`,
    );
  if (others.some(({ height, width }) => height !== first?.height || width !== first?.width))
    notes.push(`Sizes differ: all will be fitted into ${first?.width} × ${first?.height}, unless a size is chosen.`);
  if (estimated) notes.push('The size on disk is estimated.');
  return format === 'sample' ? notes : [...notes, ...problemNotes(problems)];
}

function rasterNotes({ rasters, format, factors }: Survey): string[] {
  if (rasters.length === 0) return [];
  const notes: string[] = [];
  const items = rasters.reduce((sum, { dims }) => sum + dims.count, 0);
  const kind = format === 'npz' ? ['array', 'arrays'] : ['IDX file', 'IDX files'];
  notes.push(`${items} pictures in ${rasters.length === 1 ? `one ${kind[0]}` : `${rasters.length} ${kind[1]}`}.`);
  if (factors)
    notes.push(
      `What they are made from is known: ${factors.names.map((name, k) => `${name} (${factors.sizes[k]})`).join(', ')}.`,
    );
  else if (rasters.some(({ labelled }) => !labelled)) notes.push('No labels file was found beside the pictures.');
  return notes;
}

function problemNotes(problems: Survey['problems']): string[] {
  const notes = problems.slice(0, 5).map(({ file, reason }) => `${file}: ${reason}`);
  if (problems.length > 5) notes.push(`${problems.length - 5} more cannot be used.`);
  return notes;
}
