/** Items of a data set: pages, filters and counts that stay quick at a million items, and the problems found in them. */
import type { Split } from '#app/records/common';
import type { Item, ItemFilter, Problem } from '#app/records/dataset';
import type { Db } from './database';

type ItemRow = Omit<Item, 'index'> & { position: number };
const itemOf = ({ position, name, label, split }: ItemRow): Item => ({ index: position, name, label, split });
const splitOrder: readonly Split[] = ['train', 'validation', 'test'];

/** A search text as a LIKE pattern in which % and _ stand for themselves. */
const like = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** `places`: only items at these positions. */
type PageFilter = Omit<ItemFilter, 'factors'> & { places?: readonly number[] };

export function itemQueries(db: Db) {
  const classesOf = db.prepare('SELECT classes FROM datasets WHERE id = ?').pluck();
  const classes = (dataset: string): string[] => JSON.parse((classesOf.get(dataset) as string | undefined) ?? '[]');

  /** The WHERE of a filter and its values. Text matches the item's name or the name of its class. */
  function where(
    dataset: string,
    { text, label, split, problems, places }: PageFilter,
  ): { sql: string; values: unknown[] } {
    const parts = ['dataset = ?'];
    const values: unknown[] = [dataset];
    const add = (sql: string, ...more: unknown[]) => {
      parts.push(sql);
      values.push(...more);
    };
    if (label !== undefined) add('label = ?', label);
    if (split !== undefined) add('split = ?', split);
    if (places) add('position IN (SELECT value FROM json_each(?))', JSON.stringify(places));
    if (problems !== undefined)
      add(
        `position ${problems ? 'IN' : 'NOT IN'} (SELECT item FROM problems WHERE dataset = ? AND item IS NOT NULL)`,
        dataset,
      );
    if (text) {
      const wanted = text.toLowerCase();
      const labels = classes(dataset).flatMap((name, at) => (name.toLowerCase().includes(wanted) ? [at] : []));
      add(`(name LIKE ? ESCAPE '\\' OR label IN (SELECT value FROM json_each(?)))`, like(text), JSON.stringify(labels));
    }
    return { sql: parts.join(' AND '), values };
  }

  /**
   * One page as SQL. Without a filter positions are 0 … n − 1, so a page deep inside is found by key instead of counted off.
   */
  function paged(dataset: string, filter: PageFilter, offset: number, limit: number) {
    const { sql, values } = where(dataset, filter);
    const select = 'SELECT position, name, label, split FROM items WHERE';
    return values.length === 1
      ? { sql: `${select} dataset = ? AND position >= ? ORDER BY position LIMIT ?`, values: [dataset, offset, limit] }
      : { sql: `${select} ${sql} ORDER BY position LIMIT ? OFFSET ?`, values: [...values, limit, offset] };
  }

  return {
    /** Items that pass the filter in the order of their positions: `limit` of them from `offset` on, and how many in all. */
    page(dataset: string, filter: PageFilter, offset: number, limit: number): { total: number; items: Item[] } {
      const counted = where(dataset, filter);
      const total = db.prepare(`SELECT count(*) FROM items WHERE ${counted.sql}`).pluck().get(counted.values) as number;
      const { sql, values } = paged(dataset, filter, offset, limit);
      return { total, items: (db.prepare(sql).all(values) as ItemRow[]).map(itemOf) };
    },
    /** Items by position, in the order asked for; positions that do not exist are left out. */
    at(dataset: string, positions: readonly number[]): Item[] {
      const row = db.prepare('SELECT position, name, label, split FROM items WHERE dataset = ? AND position = ?');
      return positions.flatMap((position) => {
        const found = row.get(dataset, position) as ItemRow | undefined;
        return found ? [itemOf(found)] : [];
      });
    },
    problems(dataset: string): Problem[] {
      const rows = db
        .prepare('SELECT file, kind, reason, item FROM problems WHERE dataset = ? ORDER BY id')
        .all(dataset);
      return (rows as (Omit<Problem, 'item'> & { item: number | null })[]).map(({ item, ...rest }) => ({
        ...rest,
        ...(item !== null && { item }),
      }));
    },
    /** counts[class][split]; the last row counts the items without a label. */
    distribution(dataset: string): { classes: string[]; counts: number[][] } {
      const names = classes(dataset);
      const counts = Array.from({ length: names.length + 1 }, () => splitOrder.map(() => 0));
      const rows = db.prepare('SELECT label, split, count(*) AS n FROM items WHERE dataset = ? GROUP BY label, split');
      for (const { label, split, n } of rows.all(dataset) as { label: number; split: Split; n: number }[])
        counts[label < 0 ? names.length : label]![splitOrder.indexOf(split)]! += n;
      return { classes: names, counts };
    },
  };
}
