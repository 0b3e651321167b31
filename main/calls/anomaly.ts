/** Calls about a split that a detector scores: as a job the first time for a checkpoint, then from memory. */
import { type Handlers, PretextError } from '#app/contract';
import type { Anomalies } from '#app/records/anomaly';
import type { Split } from '#app/records/common';
import { type Item, isTable } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { recipeOf } from '#main/recipes';
import { Kept, type Meant, modelMeant } from './looking';
import type { Rooms } from './rooms';

/** Scored splits kept in memory; one of 100,000 items takes about a megabyte. */
const mostKept = 8;

/** Scores splits and keeps the newest few. */
export interface AnomalyBook {
  model(word: string, step: number | undefined): Promise<Meant>;
  /** @throws PretextError where the run has no checkpoint, or its recipe gives no scores */
  open(word: string, step: number | undefined, split: Split | undefined): Promise<Anomalies>;
}

export const findsAnomalies = (run: Run): boolean => recipeOf(run.recipe).description.explorers.includes('anomaly');
const splitOf = (split: Split | undefined): Split => split ?? 'test';

function mustFindAnomalies(run: Run): void {
  if (findsAnomalies(run)) return;
  throw new PretextError(`run ${run.id} has no anomaly scores: ${run.recipe} does not give them`, {
    kind: 'usage',
    advice: 'choose a run of anomaly-autoencoder',
  });
}

export function createAnomalies(rooms: Rooms): AnomalyBook {
  const kept = new Kept<Anomalies>(mostKept);
  const model = (word: string, step: number | undefined) => modelMeant(rooms, word, step, mustFindAnomalies);

  return {
    model,
    async open(word, step, wanted) {
      const split = splitOf(wanted);
      const meant = await model(word, step);
      return kept.get(
        `${meant.key} ${split}`,
        () =>
          rooms.jobs.start(rooms.hosts, {
            kind: 'anomaly',
            title: `Score ${meant.run.datasetName} with ${meant.run.name}`,
            run: meant.run.id,
            lane: 'look',
            task: 'anomaly.open',
            ask: { folders: rooms.session().folders, model: meant.model, split },
          }).result,
      );
    },
  };
}

/** A row of a scored split as an item. */
function rowOf({ indices, labels, split }: Anomalies, index: number): Item {
  return { index, name: `row ${index + 1}`, label: labels[indices.indexOf(index)] ?? -1, split };
}

export const anomalyCalls = (rooms: Rooms, book: AnomalyBook): Handlers<'anomaly'> => ({
  'anomaly.open': ({ run, step, split }) => book.open(run, step, split),

  async 'anomaly.items'({ run: word, step, split, items }) {
    const { model } = await book.model(word, step);
    const open = await book.open(word, step, split);
    const { errorScale } = open;
    const { folders, store } = rooms.session();
    const { name, count } = model.dataset;
    if (items.some((index) => index >= count))
      throw new PretextError(`${name} holds ${count} items, numbered from 0; not all that were asked for`, {
        kind: 'usage',
      });
    // Rows of a table have no names of their own.
    const known = isTable(model.dataset)
      ? items.map((index) => rowOf(open, index))
      : store.items.at(model.dataset.id, items);
    const ask = { folders, model, items, ...(errorScale !== undefined && { errorScale }) };
    return { items: await known, ...(await rooms.hosts.run('look', 'anomaly.items', ask).done) };
  },

  async 'anomaly.export'({ run: word, step, split, threshold, only, to }) {
    const { model } = await book.model(word, step);
    const { folders } = rooms.session();
    const ask = { folders, model, split: splitOf(split), threshold, only, to };
    return rooms.hosts.run('look', 'anomaly.export', ask).done;
  },
});
