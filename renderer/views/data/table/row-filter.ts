/** The filter and the order of the rows as part of the address, so that a filtered view can be gone back to. Pure. */
import type { TableDataset } from '#app/records/dataset';
import { type ColumnFilter, type RowFilter, type RowSort, rowFilter } from '#app/records/table';

type Query = Readonly<Record<string, string>>;

/** What does not fit the table is no filter. */
export function filterOf(query: Query, { classes, table }: TableDataset): RowFilter {
  const label = query['label'] === undefined ? undefined : Number(query['label']);
  const asked = rowFilter.safeParse({
    ...(query['text'] && { text: query['text'] }),
    ...(label !== undefined && Number.isInteger(label) && label >= -1 && label < classes.length && { label }),
    ...(['train', 'validation', 'test'].includes(query['split'] ?? '') && { split: query['split'] }),
    ...(query['copies'] === '1' && { duplicates: true }),
    ...(query['missing'] === '1' && { missing: true }),
    ...(query['columns'] && { columns: columnsIn(query['columns']).filter(({ column }) => table.columns[column]) }),
  });
  return asked.success ? asked.data : {};
}

/** `3:0.5..2;7:w0,4;9:none`: column 3 from 0.5 to 2, column 7 one of two words, column 9 empty. */
function columnsIn(text: string): ColumnFilter[] {
  return text.split(';').flatMap((part): ColumnFilter[] => {
    const [, place, what = ''] = /^(\d+):(.*)$/.exec(part) ?? [];
    if (place === undefined) return [];
    const column = Number(place);
    if (what === 'none') return [{ column, missing: true }];
    if (what.startsWith('w')) return [{ column, words: what.slice(1).split(',').map(Number) }];
    const [from = '', to = ''] = what.split('..');
    return [{ column, ...(from !== '' && { from: Number(from) }), ...(to !== '' && { to: Number(to) }) }];
  });
}

const columnText = ({ column, from, to, words, missing }: ColumnFilter): string =>
  `${column}:${missing ? 'none' : words ? `w${words.join(',')}` : `${from ?? ''}..${to ?? ''}`}`;

export const queryOf = (filter: RowFilter): Record<string, string | number | undefined> => ({
  text: filter.text || undefined,
  label: filter.label,
  split: filter.split,
  copies: filter.duplicates ? 1 : undefined,
  missing: filter.missing ? 1 : undefined,
  columns: filter.columns?.length ? filter.columns.map(columnText).join(';') : undefined,
});

export function sortOf(query: Query, { table }: TableDataset): RowSort | undefined {
  const [, minus, by = ''] = /^(-?)(label|split|\d+)$/.exec(query['sort'] ?? '') ?? [];
  if (by === '' || (/^\d/.test(by) && !table.columns[Number(by)])) return undefined;
  return { by: by === 'label' || by === 'split' ? by : Number(by), ...(minus === '-' && { descending: true }) };
}

export const sortText = (sort: RowSort | undefined): string | undefined =>
  sort && `${sort.descending ? '-' : ''}${sort.by}`;

/** Up, down, as it came. */
export function nextSort(now: RowSort | undefined, by: RowSort['by']): RowSort | undefined {
  if (now?.by !== by) return { by };
  return now.descending ? undefined : { by, descending: true };
}

/** The filter with another condition on one column, or none. */
export function withColumn(
  filter: RowFilter,
  column: number,
  wanted: Omit<ColumnFilter, 'column'> | undefined,
): RowFilter {
  const { columns = [], ...rest } = filter;
  const others = columns.filter((one) => one.column !== column);
  const all = wanted ? [...others, { column, ...wanted }] : others;
  return all.length > 0 ? { ...rest, columns: all } : rest;
}
