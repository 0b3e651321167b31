/** Verbs about data sets. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type Dataset,
  dataFormat,
  type ImportOptions,
  isTable,
  type Problem,
  type TableDataset,
} from '#app/records/dataset';
import type { Config } from '#app/records/recipe';
import { type ColumnKind, columnKind } from '#app/records/table';
import { type Door, interruptible, openDoor } from '../door';
import { list, type Streams, table } from '../output';
import { createProgress } from '../progress';
import { columnKinds, number, oneOf, pixelSize, setting, splitShares } from '../values';
import { inProject, type VerbContext } from '../verb';
import { expectOneKind, importModel, isModel, modelText } from './models';

const formats = dataFormat.exclude(['sample']).options;

interface ImportFlags {
  project?: string;
  json?: boolean;
  name?: string;
  as?: NonNullable<ImportOptions['as']>;
  column?: Record<string, ColumnKind>;
  pixels?: { height: number; width: number };
  labels?: string;
  split?: { validation: number; test: number };
  size?: number;
  channels?: 1 | 3;
  seed?: number;
  data?: string;
  set?: Config;
}

export function addDataVerbs(program: Command, { places, out, err }: VerbContext): void {
  inProject(
    program
      .command('import <source...>')
      .description('bring in data (a folder, a file, sample:NAME), or a network (FILE.onnx)'),
  )
    .option('--name <name>', 'what to call it; a name that is taken becomes its next version')
    .option('--as <format>', `${formats.join(', ')}: where it cannot be told`, oneOf(formats))
    .option('--labels <file|column>', 'a CSV (file,label) for pictures; the column or factor that says the class')
    .option(
      '--column <name=kind>',
      'a column of a table is a number, category, label or skipped; again for more',
      columnKinds,
    )
    .option('--pixels <HxW>', 'the rows of a table are pictures of this size, such as 8x8', pixelSize)
    .option('--split <shares>', 'shares of the items, such as train=.8,validation=.1,test=.1', splitShares)
    .option(
      '--size <pixels>',
      'side of the square that pictures are resized to',
      number({ min: 4, max: 512, integer: true }),
    )
    .option('--channels <n>', '1 grey or 3 colour', (text) => Number(oneOf(['1', '3'])(text)))
    .option('--seed <n>', 'draws the split', number({ min: 0, integer: true }))
    .option('--data <dataset>', 'FILE.onnx: the data set that it is first used on; default the newest')
    .option(
      '--set <path=value>',
      'FILE.onnx: how it takes pictures, see `describe onnx-model`; again for more',
      setting,
    )
    .action(async (sources: string[], { project, json, data, set, ...flags }: ImportFlags) => {
      expectOneKind(sources, { ...(data !== undefined && { data }), ...(set && { set }) }, flags);
      const door = await openDoor({ places, project, create: true });
      try {
        if (isModel(sources[0]!)) {
          const dataset = data === undefined ? undefined : (await dataNamed(door, data, err)).id;
          const run = await importModel(door, sources[0]!, { dataset, set, name: flags.name });
          out.write(json ? `${JSON.stringify({ run: run.id, ...run })}\n` : modelText(run));
          return;
        }
        const dataset = await importData(door, sources.map(sourceOf), optionsOf(flags), err);
        out.write(json ? `${JSON.stringify({ dataset: dataset.id, ...dataset })}\n` : datasetText(dataset));
      } finally {
        await door.close();
      }
    });

  inProject(program.command('datasets').description('data sets of the project'))
    .option('--archived', 'those that were put away too')
    .action(async ({ project, json, archived }: { project?: string; json?: boolean; archived?: boolean }) => {
      const door = await openDoor({ places, project });
      try {
        const datasets = await door.ask('datasets.list', { archived: archived ?? false });
        out.write(json ? `${JSON.stringify({ datasets })}\n` : datasetTable(datasets));
      } finally {
        await door.close();
      }
    });
}

type DataFlags = Omit<ImportFlags, 'project' | 'json' | 'data' | 'set'>;

/** Paths are meant from where the user stands; the rooms know only whole ones. */
const sourceOf = (source: string) => (source.startsWith('sample:') ? source : resolve(source));

/** Labels are a file where there is one of that name, else the name of a column or factor. */
const optionsOf = ({ labels, column, ...flags }: DataFlags): ImportOptions => ({
  ...flags,
  ...(column && { columns: column }),
  ...(labels !== undefined && (existsSync(labels) ? { labels: resolve(labels) } : { label: labels })),
});

/** Imports and waits; Ctrl-C stops it. */
export async function importData(
  door: Door,
  sources: string[],
  options: ImportOptions,
  err: Streams['err'],
): Promise<Dataset> {
  const progress = createProgress(err);
  const { job, dataset } = await door.ask('datasets.import', { sources, options });
  const work = door.finished(job, (now) => progress.show(now));
  try {
    await interruptible(work, () => void door.ask('jobs.cancel', { job }));
  } finally {
    progress.end();
  }
  for (const line of problemLines(await door.ask('datasets.problems', { dataset }))) progress.say(line);
  return door.ask('datasets.get', { dataset });
}

/** One line for each kind of problem, with the first of them: `1 unreadable: cats/7.png: The picture is cut short.` */
export function problemLines(problems: readonly Problem[]): string[] {
  const kinds = new Map<string, Problem[]>();
  for (const problem of problems) {
    const alike = kinds.get(problem.kind);
    if (alike) alike.push(problem);
    else kinds.set(problem.kind, [problem]);
  }
  return [...kinds].map(([kind, all]) => {
    const { file, reason } = all[0]!;
    return `${all.length} ${kind}${all.length > 1 ? ', the first' : ''}: ${file}: ${reason.replace(/\s*\n\s*/g, ' ')}`;
  });
}

/** `--data`: a data set of the project by id or name; a sample, brought in once; or a path, which is imported. */
export async function dataNamed(door: Door, word: string, err: Streams['err']): Promise<Dataset> {
  if (word.startsWith('sample:')) {
    const all = await door.ask('datasets.list', { archived: true });
    const there = all.find(({ sources }) => sources.length === 1 && sources[0] === word);
    return there ?? importData(door, [word], {}, err);
  }
  try {
    return await door.ask('datasets.get', { dataset: word });
  } catch (error) {
    if (!existsSync(word)) throw error;
    return importData(door, [resolve(word)], {}, err);
  }
}

export const datasetTable = (datasets: readonly Dataset[]): string =>
  datasets.length === 0
    ? 'no data sets yet: bring one in with `pretext import`\n'
    : table(
        ['id', 'name', 'version', 'data', 'items', 'classes', 'train', 'validation', 'test', 'problems'],
        datasets.map(({ id, name, version, modality, count, classes, splitCounts: s, problemCount }) => [
          id,
          name,
          version,
          modality,
          count,
          classes.length,
          s.train,
          s.validation,
          s.test,
          problemCount,
        ]),
      );

/** What each column is taken for, a line for each kind. */
const columnTexts = ({ table: { columns } }: TableDataset): [string, string][] => {
  const named = (wanted: ColumnKind) => columns.flatMap(({ kind, name }) => (kind === wanted ? [name] : []));
  const shown = (names: string[]) =>
    names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`;
  return columnKind.options.flatMap((kind): [string, string][] =>
    named(kind).length > 0 ? [[kindTexts[kind], shown(named(kind))]] : [],
  );
};
const kindTexts = { number: 'numbers', category: 'categories', label: 'label', skipped: 'left out' } as const;

const sizeText = (dataset: Dataset): string => {
  if (!isTable(dataset)) return Object.values(dataset.image).join(' × ');
  const { columns, features } = dataset.table;
  const kept = columns.filter(({ kind }) => kind === 'number' || kind === 'category').length;
  return `${kept} columns, ${features} numbers`;
};

export const datasetText = (dataset: Dataset): string => {
  const { splitCounts: s } = dataset;
  return list([
    ['data set', dataset.id],
    ['name', `${dataset.name}, version ${dataset.version}`],
    ['items', `${dataset.count} of ${sizeText(dataset)}`],
    ...(isTable(dataset) ? columnTexts(dataset) : []),
    ['classes', dataset.classes.join(', ')],
    ['splits', `train ${s.train}, validation ${s.validation}, test ${s.test}`],
    ['problems', dataset.problemCount],
    ['sources', dataset.sources.join(', ')],
    ['hash', dataset.hash],
  ]);
};
