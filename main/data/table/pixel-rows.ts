/** A table whose rows are pictures, pixel after pixel, as the UCI digits and many others are handed around. */
import { PretextError } from '#app/contract';
import type { ColumnKind } from '#app/records/table';
import { stretch } from '../npz-images';
import type { RasterItem, RasterSet } from '../source';
import { numberIn, wordIn } from './cells';
import { surveyTable } from './survey-table';
import type { Cell, TableFile } from './table-file';

export interface PixelOptions {
  height: number;
  width: number;
  /** The column of labels; left out: the one column more than there are pixels. */
  label: string | undefined;
  columns: Readonly<Record<string, ColumnKind>>;
  check(): void;
}

/** Reads the table once to learn its length and the range of its values. Throws PretextError where the columns do not fit. */
export async function pixelRows(file: TableFile, stem: string, options: PixelOptions): Promise<RasterSet> {
  const { height, width, check, columns: asked } = options;
  const size = height * width;
  const label = options.label ?? labelBeside(file, size);
  const { columns, count } = await surveyTable(
    file,
    { columns: asked, label, anything: true },
    { check, progress: () => undefined },
  );
  const labelAt = columns.findIndex(({ kind }) => kind === 'label');
  const places = columns.flatMap(({ name }, at) => (at === labelAt || asked[name] === 'skipped' ? [] : [at]));
  const channels = places.length === 3 * size ? 3 : 1;
  if (places.length !== size * channels) throw unfit(file, options, places.length);
  const ranges = places.flatMap((at) => columns[at]!.range ?? []);
  const { low, scale } = stretch(
    Math.min(0, ...ranges.map(({ min }) => min)),
    Math.max(0, ...ranges.map(({ max }) => max)),
  );
  const pixel = (cell: Cell) => Math.round(Math.min(255, Math.max(0, ((numberIn(cell) || 0) - low) * scale)));
  const digits = Math.max(5, String(count - 1).length);
  return {
    where: file.where,
    dims: { count, height, width, channels },
    labelled: labelAt >= 0,
    files: [],
    async *read(report): AsyncGenerator<RasterItem> {
      let at = 0;
      const bad = ({ row, reason }: { row: number; reason: string }) =>
        report({ file: `${file.where}, row ${row}`, kind: 'skipped', reason: `${reason} It was left out.` });
      for await (const rows of file.rows(bad))
        for (const cells of rows) {
          const pixels = Uint8Array.from(places, (place) => pixel(cells[place]!));
          const word = labelAt < 0 ? '' : wordIn(cells[labelAt]!);
          yield { name: `${stem}/${String(at++).padStart(digits, '0')}`, pixels, label: word || undefined };
        }
    },
  };
}

/** With one column more than pixels, the last one is the label, unless the first one has a name that says so. */
function labelBeside({ header }: TableFile, size: number): string | undefined {
  if (header.length !== size + 1 && header.length !== 3 * size + 1) return undefined;
  return header.find((name) => /^(label|class|target|y)$/i.test(name)) ?? header.at(-1);
}

const unfit = ({ where }: TableFile, { height, width }: PixelOptions, columns: number): PretextError =>
  new PretextError(
    `${where}: pictures of ${height} × ${width} need ${height * width} columns of pixels, but it has ${columns} beside the label.`,
    { kind: 'usage', advice: 'Check the size, or name the column of labels.' },
  );
