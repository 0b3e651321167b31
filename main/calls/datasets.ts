/** Calls about data sets: samples, import, items and what is wrong with them. */
import { type Handlers, PretextError } from '#app/contract';
import { type Dataset, type ItemFilter, isTable, type TableDataset } from '#app/records/dataset';
import type { RowFilter } from '#app/records/table';
import { samples } from '#main/data/samples';
import { placesWith } from './factor-filter';
import { checkSources, startImport } from './import';
import type { Rooms } from './rooms';

export const datasetCalls = (rooms: Rooms): Handlers<'datasets'> => {
  const store = () => rooms.session().store;
  const find = (word: string) => store().datasets.find(word);
  const figuresOf = (dataset: TableDataset, filter: RowFilter) =>
    rooms.hosts.run('look', 'rows.figures', { folders: rooms.session().folders, dataset, filter }).done;

  /** Rows as items, for what is the same for all data. */
  async function rowItems(dataset: TableDataset, filter: ItemFilter, offset: number, limit: number) {
    const { problems, factors: _, ...plain } = filter; // a table has no factors
    const wanted = problems === true ? { ...plain, duplicates: true } : plain;
    const ask = { folders: rooms.session().folders, dataset, filter: wanted, offset, limit };
    const { total, rows } = await rooms.hosts.run('look', 'rows.page', ask).done;
    return { total, items: rows.map((row) => ({ ...row, name: `row ${row.index + 1}` })) };
  }

  return {
    'datasets.samples': () => [...samples],
    'datasets.list': (ask) => store().datasets.list(ask?.archived ?? false),
    'datasets.get': ({ dataset }) => find(dataset),

    async 'datasets.inspect'({ sources }) {
      await checkSources(sources);
      return rooms.hosts.run('look', 'inspect', { sources }).done;
    },
    'datasets.import': ({ sources, options }) => startImport(rooms, rooms.session(), sources, options ?? {}),

    async 'datasets.items'({ dataset, filter, offset, limit }) {
      const record = await find(dataset);
      if (isTable(record)) return rowItems(record, filter ?? {}, offset, limit);
      const { factors, ...plain } = filter ?? {};
      const places = factors && (await placesWith(rooms.session().folders.objects, record, factors));
      return store().items.page(record.id, { ...plain, ...(places && { places }) }, offset, limit);
    },
    async 'datasets.rows'({ dataset, filter = {}, sort, offset, limit }) {
      const { folders } = rooms.session();
      const record = tableOf(await find(dataset));
      const ask = { folders, dataset: record, filter, ...(sort && { sort }), offset, limit };
      return rooms.hosts.run('look', 'rows.page', ask).done;
    },
    async 'datasets.columns'({ dataset, filter = {} }) {
      return figuresOf(tableOf(await find(dataset)), filter);
    },
    async 'datasets.pictures'({ dataset, indices }) {
      const { folders } = rooms.session();
      return rooms.hosts.run('look', 'pictures', { folders, dataset: await find(dataset), indices }).done;
    },
    'datasets.problems': async ({ dataset }) => store().items.problems((await find(dataset)).id),
    async 'datasets.distribution'({ dataset }) {
      const record = await find(dataset);
      if (!isTable(record)) return store().items.distribution(record.id);
      return { classes: record.classes, counts: (await figuresOf(record, {})).counts };
    },

    async 'datasets.change'({ dataset, ...change }) {
      const record = await store().datasets.change((await find(dataset)).id, change);
      rooms.tell('dataset.changed', record);
      return record;
    },
  };
};

function tableOf(dataset: Dataset): TableDataset {
  if (isTable(dataset)) return dataset;
  throw new PretextError(`${dataset.name} holds ${dataset.modality} data, not a table`, { kind: 'usage' });
}
