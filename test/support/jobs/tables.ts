/** A project whose data set is a table, and runs of a recipe on it, through the tasks that the jobs do. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset, ImportOptions } from '#app/records/dataset';
import type { Config } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { closeModels } from '#main/jobs/models';
import { recipeOf } from '#main/recipes';
import { makeRun, perform, type TestProject, testRooms } from './project';

const rooms = testRooms({ recipeOf });

/** source: a path, or the text of a CSV. */
export async function tableProject(source: string, options: ImportOptions = {}): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'pretext-tables-'));
  const folders = { objects: join(root, 'objects'), checkpoints: join(root, 'checkpoints') };
  await mkdir(folders.objects);
  await mkdir(folders.checkpoints);
  const path = source.includes('\n') ? join(root, 'table.csv') : source;
  if (path !== source) await writeFile(path, source);
  const found = await perform('import', { folders, sources: [path], options }).done;
  const dataset = { ...found, id: 'd-table', version: 1, createdAt: 0, archived: false } as Dataset;
  return {
    ...{ root, folders, dataset },
    async remove() {
      await closeModels();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A run of a recipe, trained to its end. */
export async function trainedRun(
  project: TestProject,
  recipe: string,
  changes: Config = {},
  seed = 1,
): Promise<{ run: Run; figures(evaluation: string): Promise<Record<string, number>> }> {
  const { config, issues } = recipeOf(recipe).configure('tiny', changes);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('; '));
  const id = `r-${seed}-${JSON.stringify(changes).replace(/\W/g, '')}`;
  const run = { ...makeRun(project, { recipe, seed, id }), config, steps: Number(config['steps']) };
  const { folders, dataset } = project;
  await perform('train', { folders, run, dataset, resume: false }, { rooms }).done;
  const figures = async (evaluation: string) => {
    const ask = { folders, model: { run, dataset }, evaluation, data: dataset, split: 'test' as const, config: {} };
    return (await perform('evaluate', ask, { rooms }).done).figures;
  };
  return { run, figures };
}
