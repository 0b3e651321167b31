/** What a job is called in a sentence: a run by its own name, everything else by the job's title. */
import type { Job } from '#app/records/job';
import { runs } from '#renderer/state/runs.svelte';

export const subjectOf = (job: Job): string =>
  (job.kind === 'train' ? runs.byId(job.run)?.name : undefined) ?? job.title;
