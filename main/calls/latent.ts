/** Calls about the space of a run's codes: opened as a job the first time for a checkpoint, then from memory. */
import { type Handlers, PretextError } from '#app/contract';
import type { LatentSpace } from '#app/records/latent';
import { Kept, modelMeant } from './looking';
import type { Rooms } from './rooms';

/** Opened spaces kept in memory; some kilobytes each, with prototypes of 128 classes a hundred. */
const mostKept = 16;
/** Codes decoded by one question: a grid of 64 dimensions in 11 steps, a pad of 13 × 13 and more. */
const mostCodes = 2000;

export const latentCalls = (rooms: Rooms): Handlers<'latent'> => {
  const kept = new Kept<LatentSpace>(mostKept);
  const folders = () => rooms.session().folders;

  return {
    async 'latent.open'({ run: word, step, split = 'validation' }) {
      const { run, model, key } = await modelMeant(rooms, word, step);
      return kept.get(
        `${key} ${split}`,
        () =>
          rooms.jobs.start(rooms.hosts, {
            ...{ kind: 'latent', title: `Open the dimensions of ${run.name}`, run: run.id, lane: 'look' },
            task: 'latent.open',
            ask: { folders: folders(), model, split },
          }).result,
      );
    },

    async 'latent.encode'({ run: word, step, items: indices }) {
      const { model } = await modelMeant(rooms, word, step);
      const items = await rooms.session().store.items.at(model.dataset.id, indices);
      const missing = indices.find((index) => index >= model.dataset.count);
      if (missing !== undefined)
        throw new PretextError(`${model.dataset.name} has no item ${missing}: it holds ${model.dataset.count}`, {
          kind: 'usage',
        });
      const ask = { folders: folders(), model, items: indices };
      return { items, ...(await rooms.hosts.run('look', 'latent.encode', ask).done) };
    },

    async 'latent.decode'({ run: word, step, codes }) {
      const { model } = await modelMeant(rooms, word, step);
      const size = Number(model.run.config['bottleneck']);
      if (codes.length > mostCodes * size)
        throw new PretextError(`latent.decode: at most ${mostCodes} codes at once, got ${codes.length / size}`, {
          kind: 'usage',
        });
      return rooms.hosts.run('look', 'latent.decode', { folders: folders(), model, codes }).done;
    },

    async 'latent.names'({ run: word }) {
      const { store } = rooms.session();
      return store.dimensionNames.of((await store.runs.find(word)).id);
    },

    async 'latent.rename'({ run: word, dimension, name }) {
      const { store } = rooms.session();
      return store.dimensionNames.set((await store.runs.find(word)).id, dimension, name);
    },
  };
};
