/** From a data set or a sample to a run that trains: the newcomer's one click. */
import { PretextError } from '#app/contract';
import type { Dataset, Sample } from '#app/records/dataset';
import type { Job } from '#app/records/job';
import type { Run } from '#app/records/run';
import { call } from './bridge';
import { datasets } from './datasets.svelte';
import { jobs } from './jobs.svelte';
import { to } from './route';
import { router } from './router.svelte';
import { runs } from './runs.svelte';
import { attempt } from './toasts.svelte';

/** The data set that was made from a sample, if it was. */
export const datasetOf = (sample: Sample): Dataset | undefined =>
  datasets.list.find(({ sources }) => sources.includes(sample.id));

/** The import of a sample that is under way. */
export const importOf = (sample: Sample): Job | undefined =>
  [...jobs.running, ...jobs.waiting].find(({ kind, title }) => kind === 'import' && title.includes(sample.name));

/** Waits until an import has ended; gives the data set, or throws what the import failed with. */
export async function importedBy(job: string, dataset: string): Promise<Dataset> {
  const ended = await jobs.untilEnded(job);
  if (ended.status === 'finished') return call('datasets.get', { dataset });
  throw new PretextError(ended.message ?? `${ended.title} did not finish`, {
    kind: ended.status === 'cancelled' ? 'cancelled' : 'failed',
  });
}

/** Imports a sample unless it is here already. */
export async function openSample(sample: Sample): Promise<Dataset> {
  const here = datasetOf(sample);
  if (here) return here;
  const running = importOf(sample);
  if (running?.dataset) return importedBy(running.id, running.dataset);
  const { job, dataset } = await datasets.import([sample.id]);
  return importedBy(job, dataset);
}

/** A first run should be over while one still watches: minutes, not the better part of an hour. */
export const firstPreset = 'tiny';

/** Opens a sample, starts the recipe that suits it and shows the run. */
export async function openAndTrain(sample: Sample): Promise<Run | undefined> {
  return attempt(`${sample.name} could not be opened`, async () => {
    const dataset = await openSample(sample);
    const run = await runs.begin({ recipe: sample.recipe, dataset: dataset.id, preset: firstPreset });
    router.go(to.run(run.id));
    return run;
  });
}
