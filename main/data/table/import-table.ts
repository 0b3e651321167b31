/** The import of a table from the open file to its record: both passes, the figures of each column, the blobs. */
import { createHash } from 'node:crypto';
import { splits as splitNames } from '#app/records/common';
import type { NewDataset, Problem } from '#app/records/dataset';
import type { Column } from '#app/records/table';
import { littleEndian, publishBlobs } from '../blobs';
import type { Check } from '../source';
import { columnFigures } from './column-figures';
import { prepareTable, type TableContext, type TableOptions } from './prepare-table';
import { isKept } from './survey-table';
import type { TableFile } from './table-file';
import { featuresOf, storedRows } from './table-reader';

type NewTable = Extract<NewDataset, { modality: 'table' }>;

/** What the data itself says of the record. If anything fails, or `check` throws, nothing is left in `objects`. */
export async function importTable(
  file: TableFile,
  options: TableOptions,
  context: TableContext,
): Promise<{ record: Omit<NewTable, 'name' | 'sources'>; problems: Problem[] }> {
  const parts = await prepareTable(file, options, context);
  const { values, labels, splits, count, classes, problems } = parts;
  try {
    await values.seal();
    const rows = storedRows(values.path, parts.columns.filter(isKept).length, count);
    const columns = await columnFigures(parts.columns, checked(rows, context.check), splits, labels);
    const { items, ...others } = await publishBlobs(values, { labels: littleEndian(labels), splits }, context);
    const blobs = { values: items, ...others };
    const splitCounts = { train: 0, validation: 0, test: 0 };
    for (const split of splits) splitCounts[splitNames[split]!]++;
    const record = {
      ...{ modality: 'table' as const, format: file.format, count, classes, splitCounts, blobs },
      table: { columns, features: featuresOf(columns).length },
      problemCount: problems.length,
      hash: hashOf({ ...blobs, count, classes }, columns),
      bytes: values.bytes + 5 * count, // a label is 4 bytes, a split 1
    };
    return { record, problems };
  } finally {
    await values.abort();
  }
}

async function* checked<T>(pieces: AsyncIterable<T>, check: Check): AsyncGenerator<T> {
  for await (const piece of pieces) {
    check();
    yield piece;
  }
}

/** Of the content and of what its columns mean. Means and deviations follow from both. */
function hashOf(
  {
    values,
    labels,
    splits,
    count,
    classes,
  }: Record<'values' | 'labels' | 'splits', string> & {
    count: number;
    classes: string[];
  },
  columns: readonly Column[],
): string {
  const meaning = columns.filter(isKept).map(({ name, kind, words }) => [name, kind, words ?? []]);
  return createHash('sha256')
    .update(JSON.stringify([values, labels, splits, count, meaning, classes]))
    .digest('hex');
}
