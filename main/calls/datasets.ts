/** Calls about data sets: samples, import, items and what is wrong with them. */
import type { Handlers } from '#app/contract';
import { samples } from '#main/data/samples';
import { checkSources, startImport } from './import';
import type { Rooms } from './rooms';

export const datasetCalls = (rooms: Rooms): Handlers<'datasets'> => {
  const store = () => rooms.session().store;
  const find = (word: string) => store().datasets.find(word);
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
      const { id } = await find(dataset);
      return store().items.page(id, filter ?? {}, offset, limit);
    },
    async 'datasets.pictures'({ dataset, indices }) {
      const { folders } = rooms.session();
      return rooms.hosts.run('look', 'pictures', { folders, dataset: await find(dataset), indices }).done;
    },
    'datasets.problems': async ({ dataset }) => store().items.problems((await find(dataset)).id),
    'datasets.distribution': async ({ dataset }) => store().items.distribution((await find(dataset)).id),

    async 'datasets.change'({ dataset, ...change }) {
      const record = await store().datasets.change((await find(dataset)).id, change);
      rooms.tell('dataset.changed', record);
      return record;
    },
  };
};
