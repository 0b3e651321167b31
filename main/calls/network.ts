/** Calls about what a network is made of: of a run, or of a recipe before anything is trained. */
import { type Asked, type Handlers, PretextError } from '#app/contract';
import type { Dataset } from '#app/records/dataset';
import type { Tasks } from '#main/jobs/protocol';
import { recipeOf } from '#main/recipes';
import type { Rooms } from './rooms';

type About = Tasks['explain']['ask'];

export const networkCalls = (rooms: Rooms): Handlers<'network'> => ({
  async 'network.explain'(asked) {
    const ask = await aboutOf(rooms, asked);
    if (!ask.profile) return rooms.hosts.run('look', 'explain', ask).done;
    expectQuiet(rooms);
    const { result } = rooms.jobs.start(rooms.hosts, {
      kind: 'profile',
      title: `Measure the network of ${asked.run ?? ask.recipe}`,
      ...(ask.run !== undefined && { run: ask.run }),
      dataset: ask.dataset.id,
      lane: 'look',
      task: 'explain',
      ask,
    });
    return result;
  },
});

async function aboutOf({ session }: Rooms, asked: Asked<'network.explain'>): Promise<About> {
  const { run: word, recipe, preset = 'small', config = {}, profile = false } = asked;
  const { store, folders } = session();
  if ((word === undefined) === (recipe === undefined))
    throw new PretextError('explain: name either a run or a recipe', { kind: 'usage' });
  if (word !== undefined) {
    const given = (['dataset', 'preset', 'config'] as const).find((name) => asked[name] !== undefined);
    if (given)
      throw new PretextError(`explain: a run has its own ${given}; it can be chosen for a recipe only`, {
        kind: 'usage',
      });
    const run = await store.runs.find(word);
    const dataset = await store.datasets.get(run.dataset);
    return { folders, recipe: run.recipe, dataset, preset: run.preset, config: run.config, run: run.id, profile };
  }
  recipeOf(recipe!); // an unknown one is told before anything is started
  return { folders, recipe: recipe!, dataset: await dataFor(store.datasets, asked.dataset), preset, config, profile };
}

/** The data set named, else the newest of the project: its size decides what the network looks like. */
async function dataFor(
  datasets: { list(archived: boolean): Promise<Dataset[]>; find(word: string): Promise<Dataset> },
  word: string | undefined,
): Promise<Dataset> {
  if (word !== undefined) return datasets.find(word);
  const [newest] = await datasets.list(false);
  if (newest) return newest;
  throw new PretextError('explain: a network is built for data, but the project has none yet', {
    kind: 'usage',
    advice: 'import data first, or name a data set with --data, such as sample:digits',
  });
}

/** Beside a run that trains every figure would be wrong. */
function expectQuiet({ session }: Rooms): void {
  if (session().training.active().length === 0) return;
  throw new PretextError('explain: the steps cannot be timed while a run trains', {
    kind: 'usage',
    advice: 'pause it or wait for its end; without --profile the network is shown at any time',
  });
}
