/** Calls about samples of a run: drawn at once, compared with the training items as a job. */
import type { Handlers } from '#app/contract';
import type { NearItems } from '#app/records/generator';
import { Kept, modelMeant } from './looking';
import type { Rooms } from './rooms';

/** Comparisons kept in memory: 64 pictures and numbers each. */
const mostKept = 8;

export const generatorCalls = (rooms: Rooms): Handlers<'generator'> => {
  const kept = new Kept<NearItems>(mostKept);
  const meant = (word: string, step: number | undefined) => modelMeant(rooms, word, step);
  const folders = () => rooms.session().folders;

  return {
    async 'generator.open'({ run, step }) {
      const { model } = await meant(run, step);
      return rooms.hosts.run('look', 'generator.open', { folders: folders(), model }).done;
    },
    async 'generator.sample'({ run, step, draw }) {
      const { model } = await meant(run, step);
      return rooms.hosts.run('look', 'generator.sample', { folders: folders(), model, draw }).done;
    },
    async 'generator.decode'({ run, step, codes }) {
      const { model } = await meant(run, step);
      return rooms.hosts.run('look', 'generator.decode', { folders: folders(), model, codes }).done;
    },
    async 'generator.nearest'({ run: word, step, draw, space }) {
      const { run, model, key } = await meant(word, step);
      const asked = [key, space, draw.seed, draw.count, draw.temperature, draw.truncation].join(' ');
      return kept.get(asked, async () => {
        const { indices, ...found } = await rooms.jobs.start(rooms.hosts, {
          ...{ kind: 'generator', title: `Compare samples of ${run.name}`, run: run.id, lane: 'look' },
          task: 'generator.nearest',
          ask: { folders: folders(), model, draw, space },
        }).result;
        return { ...found, items: await rooms.session().store.items.at(model.dataset.id, indices) };
      });
    },
  };
};
