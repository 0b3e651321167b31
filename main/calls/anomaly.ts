/** Calls about a split that a detector scores: as a job the first time for a checkpoint, then from memory. */
import { type Handlers, PretextError } from '#app/contract';
import type { Anomalies } from '#app/records/anomaly';
import type { Split } from '#app/records/common';
import { type Item, isTable } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import type { ModelRef } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import type { Rooms } from './rooms';
import { modelOf } from './runs';

/** Scored splits kept in memory; one of 100,000 items takes about a megabyte. */
const mostKept = 8;

/** Scores splits and keeps the newest few. */
export interface AnomalyBook {
  model(word: string, step: number | undefined): Promise<{ run: Run; model: ModelRef; key: string }>;
  /** @throws PretextError where the run has no checkpoint, or its recipe gives no scores */
  open(word: string, step: number | undefined, split: Split | undefined): Promise<Anomalies>;
}

export const findsAnomalies = (run: Run): boolean => recipeOf(run.recipe).description.explorers.includes('anomaly');
const splitOf = (split: Split | undefined): Split => split ?? 'test';

export function createAnomalies(rooms: Rooms): AnomalyBook {
  const kept = new Map<string, Anomalies>();

  async function model(word: string, step: number | undefined) {
    const { store } = rooms.session();
    const run = await store.runs.find(word);
    if (!findsAnomalies(run))
      throw new PretextError(`run ${run.id} has no anomaly scores: ${run.recipe} does not give them`, {
        kind: 'usage',
        advice: 'choose a run of anomaly-autoencoder',
      });
    const saved = await store.runs.checkpoints(run.id);
    const meant =
      step === undefined
        ? (saved.findLast((checkpoint) => checkpoint.kept.includes('best')) ?? saved.at(-1))
        : saved.find((checkpoint) => checkpoint.step === step);
    return { run, model: await modelOf(rooms, run, meant?.step ?? step), key: `${run.id} ${meant?.hash ?? step}` };
  }

  return {
    model,
    async open(word, step, wanted) {
      const split = splitOf(wanted);
      const meant = await model(word, step);
      const key = `${meant.key} ${split}`;
      const known = kept.get(key);
      if (known) return known;
      const { result } = rooms.jobs.start(rooms.hosts, {
        kind: 'anomaly',
        title: `Score ${meant.run.datasetName} with ${meant.run.name}`,
        run: meant.run.id,
        lane: 'look',
        task: 'anomaly.open',
        ask: { folders: rooms.session().folders, model: meant.model, split },
      });
      kept.set(key, await result);
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
      return result;
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
