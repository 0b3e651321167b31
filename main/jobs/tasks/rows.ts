/** Rows of a table for the browser: pages of what fits a filter, and how it is spread. */

import { splits } from '#app/records/common';
import type { TableDataset } from '#app/records/dataset';
import type { RowFilter, RowSort } from '#app/records/table';
import { figuresOf, openRows, type RowReader, selectRows, sortRows } from '#main/data';
import type { Folders } from '../protocol';
import type { Task } from '../task';

/** The latest answers stay, so that scrolling through a million sorted rows asks for them once: 4 bytes a row each. */
const chosen = new Map<string, Uint32Array>();
const remembered = 4;

async function rowsOf(
  reader: RowReader,
  dataset: TableDataset,
  filter: RowFilter,
  sort: RowSort | undefined,
  check: () => void,
): Promise<Uint32Array> {
  const key = JSON.stringify([dataset.hash, filter, sort]);
  const known = chosen.get(key);
  chosen.delete(key);
  const fitting = known ?? (await selectRows(reader, dataset, filter, check));
  const rows = known || !sort ? fitting : await sortRows(reader, dataset.table.columns, fitting, sort, check);
  chosen.set(key, rows); // last in order: the latest used
  if (chosen.size > remembered) chosen.delete(chosen.keys().next().value!);
  return rows;
}

async function using<T>(folders: Folders, dataset: TableDataset, use: (reader: RowReader) => Promise<T>): Promise<T> {
  const reader = openRows(folders.objects, dataset);
  try {
    return await use(reader);
  } finally {
    reader.close();
  }
}

export const rowsPage: Task<'rows.page'> = ({ folders, dataset, filter, sort, offset, limit }, { check }) =>
  using(folders, dataset, async (reader) => {
    const all = await rowsOf(reader, dataset, filter, sort, check);
    const indices = all.slice(offset, offset + limit);
    return {
      total: all.length,
      rows: Array.from(indices, (index) => {
        return { index, label: reader.labels[index]!, split: splits[reader.splits[index]!]! };
      }),
      values: reader.readValues(indices),
    };
  });

export const rowsFigures: Task<'rows.figures'> = ({ folders, dataset, filter }, { check }) =>
  using(folders, dataset, async (reader) => {
    const indices = await rowsOf(reader, dataset, filter, undefined, check);
    return figuresOf(reader, dataset, indices, check);
  });
