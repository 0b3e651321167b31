/** The import of a data set: items and problems are written as they come, and seen once all of it is there. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PretextError, type Tell } from '#app/contract';
import type { ImportOptions } from '#app/records/dataset';
import { samples } from '#main/data/samples';
import type { Hosts } from '#main/jobs/protocol';
import { explainFsError, nearest } from '#main/store';
import type { JobCenter } from './job-center';
import type { Session } from './session';

/** Refuses at once what an import could only fail on later. */
export async function checkSources(sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    if (!source.startsWith('sample:'))
      await stat(source).catch((error: unknown) => {
        throw explainFsError(error, 'import', source);
      });
    else if (!samples.some(({ id }) => id === source)) {
      const names = samples.map(({ id }) => id);
      const [near] = nearest(source, names);
      throw new PretextError(`there is no sample data set “${source}”`, {
        kind: 'usage',
        advice: near ? `did you mean ${near}?` : `the samples are ${names.join(', ')}`,
      });
    }
  }
}

/** Starts the job and returns the id that the data set will have. */
export async function startImport(
  { hosts, jobs, tell }: { hosts: Hosts; jobs: JobCenter; tell: Tell },
  { store, folders, owner, project }: Session,
  sources: string[],
  options: ImportOptions,
): Promise<{ job: string; dataset: string }> {
  await checkSources(sources);
  const dataset = await store.datasets.begin(owner);
  let writing: Promise<unknown> = Promise.resolve();
  const write = (work: () => Promise<unknown>) => {
    writing = writing.then(work);
    writing.catch(() => {}); // told when the import ends
  };
  const what = options.name ?? sources.map((source) => basename(source)).join(', ');
  const { job } = jobs.start(hosts, {
    kind: 'import',
    title: `Import ${what}`,
    dataset,
    lane: 'data',
    task: 'import',
    ask: { folders, sources, options },
    note(note) {
      if (note.kind === 'items') write(() => store.datasets.addItems(dataset, note.items));
      if (note.kind === 'problems') write(() => store.datasets.addProblems(dataset, note.problems));
    },
    async finish(result) {
      await writing;
      const record = await store.datasets.finish(dataset, result);
      tell('dataset.changed', record);
      tell('project.changed', await project());
      const { name, version, count, problemCount } = record;
      return `${name}${version > 1 ? ` version ${version}` : ''}: ${count} items${problemCount ? `, ${problemCount} problems` : ''}`;
    },
    async undo() {
      await writing.catch(() => {});
      await store.datasets.abandon(dataset);
    },
  });
  return { job: job.id, dataset };
}
