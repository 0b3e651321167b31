/** Calls about runs: start, steer, look back, compare, measure and use. */
import { type Asked, type Handlers, PretextError } from '#app/contract';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import type { ModelRef } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import { nearest } from '#main/store';
import { compareSettings } from './compare';
import { configure } from './configure';
import { parentOf, withSettingsOf } from './parents';
import type { Rooms } from './rooms';

/**
 * A run and the data it was trained on, for a task that rebuilds the model. An imported network was trained on none of
 * them: it is built for the data it is used on.
 */
export async function modelOf(
  { session }: Rooms,
  run: Run,
  step: number | undefined,
  data?: Dataset,
): Promise<ModelRef> {
  const { imported } = recipeOf(run.recipe).description;
  const dataset = imported && data ? data : await session().store.datasets.get(run.dataset);
  return { run, dataset, ...(step !== undefined && { step }) };
}

export const runCalls = (rooms: Rooms): Handlers<'runs'> => {
  const store = () => rooms.session().store;
  const training = () => rooms.session().training;
  const find = (word: string) => store().runs.find(word);
  const idOf = async (word: string) => (await find(word)).id;
  return {
    'runs.start': (ask) => start(rooms, ask),
    'runs.pause': async ({ run }) => training().pause(await find(run)),
    'runs.resume': async ({ run }) => training().resume(await find(run)),
    'runs.cancel': async ({ run }) => training().cancel(await find(run)),

    'runs.list': (ask) => store().runs.list(ask?.archived ?? false),
    'runs.get': ({ run }) => find(run),
    'runs.metrics': async ({ run, names, since }) => store().runs.metrics(await idOf(run), names, since),
    'runs.events': async ({ run }) => store().runs.events(await idOf(run)),
    'runs.previewSteps': async ({ run }) => store().runs.previewSteps(await idOf(run)),
    'runs.preview': async ({ run, step }) => store().runs.preview(await idOf(run), step),
    'runs.checkpoints': async ({ run }) => store().runs.checkpoints(await idOf(run)),
    'runs.evaluations': async ({ run }) => store().evaluations.list(await idOf(run)),

    async 'runs.change'({ run, ...change }) {
      const record = await store().runs.change(await idOf(run), change);
      rooms.tell('run.changed', record);
      return record;
    },
    async 'runs.compare'({ runs }) {
      const found = await Promise.all(runs.map(find));
      return { runs: found, settings: compareSettings(found) };
    },

    'runs.evaluate': (ask) => evaluate(rooms, ask),
    'runs.apply': (ask) => apply(rooms, ask),
    async 'runs.export'({ run, step, to }) {
      const record = await find(run);
      const { folders } = rooms.session();
      const ask = { folders, model: await modelOf(rooms, record, step), to };
      const title = `Export ${record.name}`;
      return rooms.jobs.start(rooms.hosts, { kind: 'export', title, run: record.id, lane: 'data', task: 'export', ask })
        .result;
    },
  };
};

async function start({ session, tell }: Rooms, ask: Asked<'runs.start'>): Promise<Run> {
  const { store, training, owner } = session();
  const dataset = await store.datasets.find(ask.dataset);
  const named = ask.from === undefined ? undefined : await store.runs.find(ask.from);
  const runs = await store.runs.list(true);
  const parent = parentOf(ask, named, { runs, datasetHash: dataset.hash });
  const { preset, config, steps, batchSize } = configure(withSettingsOf(ask, parent), dataset);
  const names = runs.map(({ name }) => name);
  const run = await store.runs.add(
    {
      name: ask.name ?? freeName(`${ask.recipe} ${dataset.name}`, names),
      recipe: ask.recipe,
      preset,
      config,
      dataset: dataset.id,
      datasetName: dataset.name,
      datasetVersion: dataset.version,
      datasetHash: dataset.hash,
      seed: ask.seed ?? 1,
      deviceChoice: ask.device ?? 'auto',
      ...(parent && { parent: parent.id }),
      steps,
      batchSize,
      trainCount: dataset.splitCounts.train,
      parameters: 0, // told by the job once the model is built
      minutes: ask.minutes,
    },
    owner,
  );
  tell('run.changed', run);
  return training.enqueue(run, false);
}

/** `vq-vae digits`, then `vq-vae digits 2`, …: a name that no other run has. */
export function freeName(stem: string, taken: readonly string[]): string {
  if (!taken.includes(stem)) return stem;
  let number = 2;
  while (taken.includes(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}

/** @throws PretextError naming what the recipe has, when `wanted` is not among it */
function checkNamed(run: Run, what: 'evaluation' | 'head', wanted: string): void {
  const { heads, evaluations } = recipeOf(run.recipe).description;
  const has = what === 'head' ? heads : evaluations;
  if (has.includes(wanted)) return;
  const [near] = nearest(wanted, has);
  throw new PretextError(`${run.recipe} has no ${what} “${wanted}”`, {
    kind: 'usage',
    advice: `${near ? `did you mean ${near}? ` : ''}it has ${has.join(', ') || 'none'}`,
  });
}

async function evaluate(rooms: Rooms, ask: Asked<'runs.evaluate'>): Promise<{ job: string }> {
  const { store, folders } = rooms.session();
  const run = await store.runs.find(ask.run);
  checkNamed(run, 'evaluation', ask.evaluation);
  const named = ask.dataset === undefined ? undefined : await store.datasets.find(ask.dataset);
  const model = await modelOf(rooms, run, undefined, named);
  const data = named ?? model.dataset;
  const { job } = rooms.jobs.start(rooms.hosts, {
    kind: 'evaluate',
    title: `Evaluate ${run.name}: ${ask.evaluation}`,
    run: run.id,
    dataset: data.id,
    lane: 'data',
    task: 'evaluate',
    ask: { folders, model, evaluation: ask.evaluation, data, split: ask.split ?? 'test', config: ask.config ?? {} },
    async finish(result) {
      const record = await store.evaluations.add(result);
      rooms.tell('run.evaluated', record);
      const figures = Object.entries(record.figures).slice(0, 3);
      return figures.map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(' · ');
    },
  });
  return { job: job.id };
}

async function apply(rooms: Rooms, { run: word, step, dataset, config = {}, ...ask }: Asked<'runs.apply'>) {
  const { store, folders } = rooms.session();
  const run = await store.runs.find(word);
  checkNamed(run, 'head', ask.head);
  const named = dataset === undefined ? undefined : await store.datasets.find(dataset);
  const model = await modelOf(rooms, run, step, named);
  // With neither files nor a data set named, it is applied to the data that the run knows.
  const data = named ?? (ask.inputs ? undefined : model.dataset);
  const task = { folders, model, head: ask.head, config, ...(data && { data }), ...given(ask) };
  // A few items for the eye take a moment and leave no files: no job for the list.
  if (ask.items && ask.output === undefined) return rooms.hosts.run('look', 'apply', task).done;
  const { result } = rooms.jobs.start(rooms.hosts, {
    kind: 'apply',
    title: `Apply ${ask.head} of ${run.name}`,
    run: run.id,
    lane: 'look',
    task: 'apply',
    ask: task,
  });
  return result;
}

/** The optional parts of an `apply`, without those that were left out. */
const given = ({
  split,
  items,
  inputs,
  limit,
  output,
}: Pick<Asked<'runs.apply'>, 'split' | 'items' | 'inputs' | 'limit' | 'output'>) => ({
  ...(split !== undefined && { split }),
  ...(items !== undefined && { items }),
  ...(inputs !== undefined && { inputs }),
  ...(limit !== undefined && { limit }),
  ...(output !== undefined && { output }),
});
