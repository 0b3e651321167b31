/** Calls about a trained codebook: opened as a job the first time for a checkpoint, then from memory. */
import { type Handlers, PretextError } from '#app/contract';
import type { Codebook, CodeLevel } from '#app/records/codebook';
import type { Split } from '#app/records/common';
import type { Run } from '#app/records/run';
import { recipeOf } from '#main/recipes';
import { Kept, type Meant, modelMeant } from './looking';
import type { Rooms } from './rooms';

/** Opened codebooks kept in memory; one of 512 codes of 28 × 28 pixels takes about half a megabyte. */
const mostKept = 8;

/** Opens codebooks and keeps the newest few. */
export interface Codebooks {
  /** The run and the checkpoint meant: without a step the best, else the last. @throws PretextError where there is none */
  model(word: string, step: number | undefined): Promise<Meant>;
  open(word: string, step: number | undefined, about?: { level?: CodeLevel; split?: Split }): Promise<Codebook>;
}

export const hasCodebook = (run: Run): boolean => recipeOf(run.recipe).description.explorers.includes('codebook');
const splitOf = (split: Split | undefined): Split => split ?? 'validation';

function mustHaveCodebook(run: Run): void {
  if (hasCodebook(run)) return;
  throw new PretextError(`run ${run.id} has no codebook: ${run.recipe} does not learn one`, {
    kind: 'usage',
    advice: 'choose a run of a recipe with a codebook, such as vq-vae',
  });
}

export function createCodebooks(rooms: Rooms): Codebooks {
  const kept = new Kept<Codebook>(mostKept);
  const model = (word: string, step: number | undefined) => modelMeant(rooms, word, step, mustHaveCodebook);

  return {
    model,
    async open(word, step, { level = 'fine', split: wanted } = {}) {
      const split = splitOf(wanted);
      const meant = await model(word, step);
      return kept.get(
        `${meant.key} ${split} ${level}`,
        () =>
          rooms.jobs.start(rooms.hosts, {
            kind: 'codebook',
            title: `Open the codebook of ${meant.run.name}`,
            run: meant.run.id,
            lane: 'look',
            task: 'codebook.open',
            ask: { folders: rooms.session().folders, model: meant.model, level, split },
          }).result,
      );
    },
  };
}

export const codebookCalls = (rooms: Rooms, codebooks: Codebooks): Handlers<'codebook'> => {
  const open = codebooks.model;
  return {
    'codebook.open': ({ run, step, level, split }) =>
      codebooks.open(run, step, { ...(level && { level }), ...(split && { split }) }),

    async 'codebook.where'({ run: word, step, level, split: wanted, code, position, offset, limit }) {
      const { model } = await open(word, step);
      const { folders, store } = rooms.session();
      const split = splitOf(wanted);
      const where = { code, offset, limit, ...(position !== undefined && { position }), ...(level && { level }) };
      const firing = await rooms.hosts.run('look', 'codebook.where', { folders, model, split, ...where }).done;
      const items = await store.items.at(
        model.dataset.id,
        firing.page.map(({ index }) => index),
      );
      return { ...firing, page: items.map((item, at) => ({ item, cells: firing.page[at]!.cells })) };
    },

    async 'codebook.map'({ run: word, step, level, item: index }) {
      const { model } = await open(word, step);
      const { folders, store } = rooms.session();
      const [item] = await store.items.at(model.dataset.id, [index]);
      if (!item)
        throw new PretextError(`${model.dataset.name} has no item ${index}: it holds ${model.dataset.count}`, {
          kind: 'usage',
        });
      const ask = { folders, model, item: index, ...(level && { level }) };
      return { item, ...(await rooms.hosts.run('look', 'codebook.map', ask).done) };
    },

    async 'codebook.decode'({ run: word, step, level, codes, item }) {
      const { model } = await open(word, step);
      const about = { ...(item !== undefined && { item }), ...(level && { level }) };
      const ask = { folders: rooms.session().folders, model, codes, ...about };
      return rooms.hosts.run('look', 'codebook.decode', ask).done;
    },
  };
};
