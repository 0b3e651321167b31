/** Which facts stand in which section of a report, in what words. */

import { isImages } from '#app/records/dataset';
import type { Field } from '#app/records/recipe';
import type { ReportSection } from '#app/records/report';
import type { Evaluation, Run } from '#app/records/run';
import { changes, commands } from './command';
import { curveBlocks } from './curves';
import { detectionOf, drawnTables } from './detection';
import type { Block } from './document';
import type { ReportFacts, RunFacts } from './facts';
import { bytes, capital, duration, figure, metricTitle, moment, percent, setting, whole } from './format';

export const sectionTitles: Record<ReportSection, string> = {
  summary: 'Summary',
  data: 'Data',
  settings: 'Settings',
  curves: 'Curves',
  reconstructions: 'Reconstructions',
  codebook: 'Codebook',
  evaluations: 'Evaluations',
  environment: 'Environment',
  repeat: 'How to repeat it',
};

export const allSections = Object.keys(sectionTitles) as ReportSection[];

/** The blocks of one section; none where the facts say nothing of it. */
export const sectionBlocks: Record<ReportSection, (facts: ReportFacts) => Block[]> = {
  summary: ({ runs }) => [...runs.map(summarySentence), ...(runs.length > 1 ? [runTable(runs)] : [])],
  data: ({ runs }) =>
    distinct(
      runs.map(({ dataset }) => dataset),
      (dataset) => dataset.id,
    ).flatMap(dataBlocks),
  settings: ({ runs }) => settingsBlocks(runs),
  curves: ({ runs }) => curveBlocks(runs),
  reconstructions: ({ runs }) => runs.flatMap(reconstructionBlocks),
  codebook: ({ runs }) => runs.flatMap((facts) => codebookBlocks(facts, runs.length > 1)),
  evaluations: ({ runs }) =>
    runs.flatMap(({ run, evaluations }) => evaluations.flatMap((one) => evaluationBlocks(one, run))),
  environment: ({ runs }) => environmentBlocks(runs),
  repeat: ({ runs }) => [
    {
      kind: 'text',
      text: 'The same seed, settings, data and device give the same curve, bit for bit, on the CPU. DIR is a folder for the project. The data were prepared by an import; where it was given options (size, colour, split, labels), give the same ones: the SHA-256 above tells whether the data are the same.',
    },
    ...runs.map((facts): Block => ({ kind: 'commands', lines: commands(facts) })),
  ],
};

const states: Record<Run['status'], string> = {
  queued: 'waiting to start',
  running: 'still training',
  paused: 'paused',
  interrupted: 'interrupted',
  finished: 'finished',
  failed: 'failed',
  cancelled: 'stopped early',
};
export const stateOf = (run: Run): string => states[run.status];
export const isFinished = (run: Run): boolean => run.status === 'finished';

const epochs = (run: Run) =>
  run.trainCount > 0 ? Number(((run.step * run.batchSize) / run.trainCount).toPrecision(4)) : 0;

function summarySentence({ run, description, dataset }: RunFacts): Block {
  const best = run.metrics[description.headline.metric];
  const device = run.device === undefined ? '' : ` on ${run.device === 'cpu' ? 'the CPU' : 'the GPU (WebGPU)'}`;
  const length = isFinished(run)
    ? `for ${whole(run.step)} steps`
    : `for ${whole(run.step)} of ${whole(run.steps)} steps (${stateOf(run)})`;
  const result =
    best === undefined
      ? `It has no ${description.headline.metric} yet.`
      : `Its best ${metricTitle(description.headline.metric)} (${description.headline.metric}) is ${figure(best.best)}; the newest, at step ${whole(best.step)}, is ${figure(best.last)}.`;
  return {
    kind: 'text',
    text: `${run.name} is a ${description.title} with ${whole(run.parameters)} parameters, trained on ${dataset.name} v${dataset.version} (${whole(dataset.splitCounts.train)} training items) ${length}, ${epochs(run)} epochs, in ${duration(run.seconds)}${device}. ${result} ${description.summary}`,
  };
}

function runTable(runs: RunFacts[]): Block {
  return {
    kind: 'table',
    columns: [
      { name: 'run' },
      { name: 'recipe' },
      { name: 'state' },
      { name: 'best', number: true },
      { name: 'last', number: true },
      { name: 'steps', number: true },
      { name: 'time', number: true },
    ],
    rows: runs.map(({ run, description }) => {
      const headline = run.metrics[description.headline.metric];
      return {
        cells: [
          run.name,
          description.title,
          stateOf(run),
          figure(headline?.best),
          figure(headline?.last),
          whole(run.step),
          duration(run.seconds),
        ],
      };
    }),
  };
}

function sizeOf(dataset: RunFacts['dataset']): string {
  if (isImages(dataset)) {
    const { width, height, channels } = dataset.image;
    return `${width} × ${height} pixels, ${channels === 1 ? 'grey' : 'RGB'}`;
  }
  const { columns, features } = dataset.table;
  const of = (wanted: string) => columns.filter(({ kind }) => kind === wanted).length;
  return `${of('number')} columns of numbers, ${of('category')} of categories: ${whole(features)} numbers`;
}

function dataBlocks(dataset: RunFacts['dataset']): Block[] {
  const { splitCounts } = dataset;
  const pairs: [string, string][] = [
    ['Name', `${dataset.name} v${dataset.version}`],
    ['SHA-256', dataset.hash],
    [
      'Items',
      `${whole(dataset.count)}: ${whole(splitCounts.train)} train, ${whole(splitCounts.validation)} validation, ${whole(splitCounts.test)} test`,
    ],
    ['Each item', sizeOf(dataset)],
    ['Classes', dataset.classes.length === 0 ? 'no labels' : `${dataset.classes.length}: ${listed(dataset.classes)}`],
    ['Imported from', `${dataset.sources.join(', ')} (${dataset.format})`],
    ['Could not be used', dataset.problemCount === 0 ? 'none' : `${whole(dataset.problemCount)} files`],
  ];
  return [{ kind: 'facts', pairs }];
}

const listed = (words: string[]) =>
  words.length <= 20 ? words.join(', ') : `${words.slice(0, 20).join(', ')} and ${words.length - 20} more`;

/** One table a recipe: a column for each of its runs, what differs from the preset marked, and the reason of each field. */
function settingsBlocks(runs: RunFacts[]): Block[] {
  const recipes = distinct(runs, ({ description }) => description.id);
  return recipes.flatMap(({ description }) => {
    const mine = runs.filter(({ run }) => run.recipe === description.id);
    const changed = mine.map((facts) => new Set(changes(facts).map(({ path }) => path)));
    const row = (field: Field) => ({
      cells: [
        field.symbol ? `${field.label} ${field.symbol}` : field.label,
        ...mine.map(({ run }) => withUnit(run, field)),
        field.reason,
      ],
      changed: changed.some((paths) => paths.has(field.path)),
    });
    const seeds = { cells: ['Seed', ...mine.map(({ run }) => String(run.seed)), 'the same seed repeats the run'] };
    const head: Block[] = recipes.length > 1 ? [{ kind: 'heading', text: description.title }] : [];
    const count = new Set(changed.flatMap((paths) => [...paths])).size;
    const presets = [...new Set(mine.map(({ run }) => run.preset))].join(', ');
    const note =
      count === 0
        ? `All settings are those of the preset ${presets}.`
        : `${count} ${count === 1 ? 'setting differs' : 'settings differ'} from the preset ${presets}, marked with a dot.`;
    return [
      ...head,
      { kind: 'text', text: note },
      {
        kind: 'table',
        columns: [
          { name: 'setting' },
          ...mine.map(({ run }) => ({ name: mine.length > 1 ? run.name : 'value', number: true })),
          { name: 'why' },
        ],
        rows: [...description.fields.filter((field) => mine.some(({ run }) => applies(run, field))).map(row), seeds],
      },
    ];
  });
}

const applies = (run: Run, { when }: Field) => when === undefined || run.config[when.path] === when.is;
function withUnit(run: Run, field: Field): string {
  if (!applies(run, field)) return '–';
  const value = run.config[field.path];
  const choice = field.choices?.find((one) => one.value === value);
  return `${choice?.label ?? setting(value)}${field.unit && value !== undefined ? ` ${field.unit}` : ''}`;
}

function reconstructionBlocks({ run, preview }: RunFacts): Block[] {
  if (!preview) return [];
  const rows = preview.rows.map(({ name, pictures }) => ({
    name,
    pictures,
    options: { heat: name === 'error', columns: Math.min(pictures.count, 10) },
  }));
  return [
    { kind: 'pictures', title: `${run.name} at step ${whole(preview.step)}, items of the validation split`, rows },
  ];
}

function codebookBlocks({ run, codebook }: RunFacts, several: boolean): Block[] {
  if (!codebook) return [];
  const byUse = Array.from(codebook.counts.keys()).sort((a, b) => codebook.counts[b]! - codebook.counts[a]!);
  const shown = byUse.filter((code) => codebook.counts[code]! > 0).slice(0, 256);
  const cells = codebook.map.height * codebook.map.width;
  const bits = cells * Math.ceil(Math.log2(Math.max(codebook.size, 2)));
  const pairs: [string, string][] = [
    ...(codebook.levels.length > 1 ? [['Level', `the ${codebook.level} one of two`] as [string, string]] : []),
    ['Codes', `${whole(codebook.size)} of ${codebook.length} numbers, at step ${whole(codebook.step)}`],
    [
      'In use',
      `${whole(codebook.used)} (${percent(codebook.used / codebook.size)}); ${whole(codebook.size - codebook.used)} were never chosen`,
    ],
    [
      'Perplexity',
      `${figure(codebook.perplexity)}; without the most frequent code (${percent(codebook.blank.share)} of all choices) ${figure(codebook.blank.perplexity)}`,
    ],
    ['Entropy', `${figure(codebook.entropyBits)} of ${figure(Math.log2(codebook.size))} bit`],
    ['An item', `${codebook.map.height} × ${codebook.map.width} codes, ${whole(bits)} bit`],
    ['Counted on', `${whole(codebook.items)} items of the ${codebook.split} split`],
  ];
  return [
    ...(several ? [{ kind: 'heading', text: run.name } as const] : []),
    { kind: 'facts', pairs },
    { kind: 'usage', title: 'Times each code was chosen, log scale', counts: codebook.counts },
    {
      kind: 'pictures',
      title: `What each code draws, as the mean of where it stands; most used first${shown.length < codebook.used ? ` (${shown.length} of ${codebook.used})` : ''}`,
      rows: [
        { name: '', pictures: codebook.patches, options: { order: shown, columns: 24, side: 22, gap: 2, ground: 150 } },
      ],
    },
  ];
}

function evaluationBlocks(one: Evaluation, run: Run): Block[] {
  const figures = Object.entries(one.figures);
  const detection = detectionOf(one);
  const tables = Object.entries(one.tables).filter(([name]) => !detection || !drawnTables.includes(name));
  return [
    { kind: 'heading', text: `${capital(metricTitle(one.evaluation.replaceAll('-', '_')))}: ${run.name}` },
    {
      kind: 'text',
      text: `${whole(one.n)} items of the ${one.split} split, at step ${whole(one.step)}, ${moment(one.createdAt)}.`,
    },
    ...(detection
      ? [{ kind: 'detection', title: 'Scores with the threshold, and the ROC', figure: detection } as const]
      : []),
    {
      kind: 'table',
      columns: [{ name: 'figure' }, { name: 'value', number: true }],
      rows: figures.map(([name, value]) => ({ cells: [metricTitle(name), figure(value)] })),
    },
    ...tables.flatMap(([name, { columns, rows }]): Block[] => [
      { kind: 'heading', text: capital(metricTitle(name)) },
      {
        kind: 'table',
        columns: columns.map((column, i) => ({ name: column, number: typeof rows[0]?.[i] === 'number' })),
        rows: rows.map((row) => ({ cells: row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)) })),
      },
    ]),
  ];
}

function environmentBlocks(runs: RunFacts[]): Block[] {
  return distinct(runs, ({ run }) => JSON.stringify(run.environment)).map(({ run }): Block => {
    const names = runs
      .filter((other) => JSON.stringify(other.run.environment) === JSON.stringify(run.environment))
      .map((other) => other.run.name);
    const newest = runs.find((other) => other.run.id === run.id)?.checkpoints.at(-1);
    return {
      kind: 'facts',
      pairs: [
        ['Runs', names.join(', ')],
        ['Device', run.device ?? `${run.deviceChoice} (not started)`],
        ...Object.entries(run.environment).map(([name, value]): [string, string] => [name, value]),
        ...(newest
          ? [
              ['Newest checkpoint', `step ${whole(newest.step)}, ${bytes(newest.bytes)}, SHA-256 ${newest.hash}`] as [
                string,
                string,
              ],
            ]
          : []),
      ],
    };
  });
}

function distinct<T>(all: T[], key: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [key(one), one] as const).reverse()).values()].reverse();
}
