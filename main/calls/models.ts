/** Calls about networks that others trained: look at an ONNX file, and make a run of it that can be used like any other. */
import { type Asked, type Handlers, PretextError } from '#app/contract';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { checkpointFolder, openKeeper } from '#main/jobs/checkpoint';
import type { Tasks } from '#main/jobs/protocol';
import type { Rooms } from './rooms';
import { freeName } from './runs';

/** Trying a network on one picture takes seconds; one that was made to hang is ended with its process. */
const limitSeconds = 120;

export const modelCalls = (rooms: Rooms): Handlers<'models'> => ({
  async 'models.inspect'({ path, dataset: word }) {
    const dataset = await dataFor(rooms, word);
    return rooms.hosts.run('look', 'model.inspect', { path, ...(dataset && { dataset }) }).done;
  },
  'models.import': (ask) => importModel(rooms, ask),
});

/** The data set named, else the newest of the project. */
async function dataFor({ session }: Rooms, word: string | undefined): Promise<Dataset | undefined> {
  const { datasets } = session().store;
  return word === undefined ? (await datasets.list(false))[0] : datasets.find(word);
}

async function importModel(rooms: Rooms, ask: Asked<'models.import'>): Promise<Run> {
  const { store, folders } = rooms.session();
  const dataset = await dataFor(rooms, ask.dataset);
  if (!dataset)
    throw new PretextError('a model is imported to be used on data, but the project has none yet', {
      kind: 'usage',
      advice: 'import data first, or name a data set with --data, such as sample:digits',
    });
  const { path, config = {} } = ask;
  let run: Run | undefined;
  const { result } = rooms.jobs.start(rooms.hosts, {
    kind: 'import',
    title: `Import ${path.split(/[/\\]/).at(-1)}`,
    dataset: dataset.id,
    lane: 'probe',
    task: 'model.import',
    ask: { folders, path, dataset, config },
    limit: { seconds: limitSeconds, message: `${path}: did not give one item's values within ${limitSeconds} s` },
    async finish(found) {
      const names = (await store.runs.list(true)).map(({ name }) => name);
      run = await record(rooms, dataset, ask.name ?? freeName(found.name, names), found);
      return `${run.name}: an embedding of ${widthOf(found.config)} numbers`;
    },
  });
  await result;
  return run!;
}

const widthOf = ({ outputShape }: Tasks['model.import']['result']['config']): string =>
  String(outputShape).split(',').join(' × ');

/** A run that has ended before it began: no step was done, and its one checkpoint holds no numbers of ours. */
async function record(
  rooms: Rooms,
  dataset: Dataset,
  name: string,
  { config, batchSize, parameters, environment }: Tasks['model.import']['result'],
): Promise<Run> {
  const { store, folders, owner } = rooms.session();
  const [recipe, preset, seed, steps] = ['onnx-model', 'small' as const, 1, 0];
  const { id } = await store.runs.add(
    {
      ...{ name, recipe, preset, config, seed, deviceChoice: 'cpu', steps, batchSize, parameters },
      ...{ dataset: dataset.id, datasetName: dataset.name, datasetVersion: dataset.version, datasetHash: dataset.hash },
      trainCount: dataset.splitCounts.train,
    },
    owner,
  );
  const keeper = await openKeeper(
    checkpointFolder(folders.checkpoints, id),
    { run: id, recipe, config, seed, dataset: dataset.hash },
    0,
  );
  const start = { step: 0, seconds: 0, metrics: {}, validated: 0 };
  const checkpoints = await keeper.save(new Map(), start, { best: true, milestone: false });
  const now = Date.now();
  const text = `Imported ${config['file']}: ${parameters} parameters`;
  const run = await store.runs.record(id, {
    change: { status: 'finished', device: 'cpu', environment, startedAt: now, endedAt: now },
    events: [{ time: now, step: 0, level: 'info', text }],
    checkpoints,
  });
  rooms.tell('run.changed', run);
  return run;
}
