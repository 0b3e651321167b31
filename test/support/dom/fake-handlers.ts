/** The fake program's answers, one per call of the contract. */
import { type AllHandlers, type Asked, PretextError } from '#app/contract';
import type { Dataset, Inspection, Item } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { drawDigits } from './digits';
import { anomaliesRecord, anomalyItemsRecord } from './fake-anomalies';
import { codebookRecord, codeMapRecord, decode, firingRecord } from './fake-codebook';
import { latentHandlers } from './fake-latent';
import { networkRecord } from './fake-network';
import { projectorAnswers } from './fake-projector';
import { importedRecipe, planRecord, recipeRecords } from './fake-recipes';
import {
  checkpointRecords,
  doctorRecord,
  itemRecord,
  lossAt,
  problemRecords,
  projectRecord,
  runRecord,
  sampleRecords,
  t0,
} from './fake-records';
import { rowFiguresRecord, rowPageRecord, tableInspection } from './fake-table';
import { type FakeOptions, metricsOf, previewAt, type World } from './fake-world';

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const defined = <T extends object>(record: T) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>;

const find = <T extends { id: string }>(what: string, list: T[], id: string): T => {
  const found = list.find((one) => one.id === id);
  if (!found)
    throw new PretextError(`${what} must be one of ${list.map(({ id }) => id).join(', ') || 'none'}, got ${id}`);
  return found;
};

const folderInspection = (sources: string[]): Inspection => ({
  sources,
  format: sources[0]?.startsWith('sample:') ? 'sample' : 'folder',
  name: sources[0]?.split(/[/:]/).at(-1) ?? 'data',
  files: 12_003,
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  sizes: [
    { height: 28, width: 28, channels: 1, count: 180 },
    { height: 32, width: 32, channels: 3, count: 12 },
  ],
  bytes: 9_400_000,
  notes: ['The names of the folders become the labels.'],
});

function itemsOf(
  dataset: Dataset,
  filter: Asked<'datasets.items'>['filter'],
  offset: number,
  limit: number,
): { total: number; items: Item[] } {
  const flagged = new Set(problemRecords().flatMap(({ item }) => (item === undefined ? [] : [item])));
  const fits = (item: Item) =>
    (filter?.label === undefined || item.label === filter.label) &&
    (filter?.split === undefined || item.split === filter.split) &&
    (filter?.text === undefined || item.name.includes(filter.text)) &&
    (!filter?.problems || flagged.has(item.index));
  if (!filter || Object.keys(filter).length === 0)
    return {
      total: dataset.count,
      items: Array.from({ length: Math.max(0, Math.min(limit, dataset.count - offset)) }, (_, i) =>
        itemRecord(offset + i),
      ),
    };
  const all = Array.from({ length: dataset.count }, (_, index) => itemRecord(index)).filter(fits);
  return { total: all.length, items: all.slice(offset, offset + limit) };
}

export function handlersOf(world: World, options: FakeOptions): AllHandlers {
  const { state, id, change, put } = world;
  const theDataset = (name: string) => find('dataset', state.datasets, name);
  const theRun = (name: string) => find('run', state.runs, name);
  const theRecipe = (name: string) => find('recipe', recipeRecords(), name);
  const live = (status: Run['status']) => (ask: { run: string }) => change(theRun(ask.run), { status });
  return {
    'app.info': () => ({
      version: '0.1.0',
      platform: world.platform,
      packaged: false,
      versions: { electron: '45.4.1' },
    }),
    'app.preferences': () => state.preferences,
    'app.prefer': (ask) => Object.assign(state.preferences, ask),
    'app.doctor': doctorRecord,
    'app.choose': ({ kind, name }) => [kind === 'save' ? `/home/ada/${name ?? 'file'}` : '/home/ada/data/shapes'],
    'app.save': ({ path, bytes }) => ({ path, bytes: bytes.length }),
    'app.reveal': () => undefined,
    'projects.recent': () => [
      {
        directory: '/home/ada/Pretext/lecture-7',
        name: 'Lecture 7 samples',
        openedAt: Date.now(),
        runs: 24,
        exists: true,
      },
      { directory: '/home/ada/radiology-ae', name: 'radiology-ae', openedAt: Date.now() - 9e7, runs: 61, exists: true },
      { directory: '/home/ada/thesis-ch3', name: 'thesis-ch3', openedAt: Date.now() - 2e9, runs: 132, exists: false },
    ],
    'projects.current': () => state.project,
    'projects.create': ({ directory, name }) => (state.project = projectRecord(directory, name)),
    'projects.open': ({ directory }) => (state.project = projectRecord(directory, directory.split('/').at(-1) ?? '')),
    'projects.change': (ask) => Object.assign(state.project!, ask),
    'datasets.samples': sampleRecords,
    'datasets.list': (ask) => state.datasets.filter(({ archived }) => ask?.archived || !archived),
    'datasets.get': ({ dataset }) => theDataset(dataset),
    'datasets.inspect': ({ sources }) =>
      sources[0]?.endsWith('.csv') ? tableInspection(sources) : folderInspection(sources),
    'datasets.import': ({ sources, options: how }) => {
      const name = how?.name ?? sources[0]?.split(/[/:]/).at(-1) ?? 'data';
      const job = put({
        id: id('j'),
        kind: 'import',
        title: `Import of ${name}`,
        status: 'running',
        dataset: id('d'),
        progress: { done: 0, total: 12_000, unit: 'files' },
        createdAt: Date.now(),
        startedAt: Date.now(),
      });
      return { job: job.id, dataset: job.dataset! };
    },
    'datasets.items': ({ dataset, filter, offset, limit }) => itemsOf(theDataset(dataset), filter, offset, limit),
    'datasets.pictures': ({ dataset, indices }) =>
      theDataset(dataset) && drawDigits(indices.map((index) => ({ digit: itemRecord(index).label, seed: index }))),
    'datasets.rows': ({ filter = {}, sort, offset, limit }) => rowPageRecord(filter, sort, offset, limit),
    'datasets.columns': ({ filter = {} }) => rowFiguresRecord(filter),
    'datasets.problems': ({ dataset }) => (theDataset(dataset).problemCount > 0 ? problemRecords() : []),
    'datasets.distribution': ({ dataset }) => {
      const { classes, count } = theDataset(dataset);
      const each = (digit: number, share: number) =>
        Math.round((count / 10) * share * (1 + 0.08 * Math.sin(digit * 2)));
      return {
        classes,
        counts: [...classes.map((_, i) => [each(i, 2 / 3), each(i, 1 / 6), each(i, 1 / 6)]), [0, 0, 0]],
      };
    },
    'datasets.change': ({ dataset, ...changes }) => Object.assign(theDataset(dataset), changes),
    'models.inspect': ({ path }) => ({
      ...{ path, name: 'network', bytes: 26_000, producer: 'someone', opset: 13, parameters: 5994, files: [] },
      inputs: [{ name: 'data', dtype: 'float', shape: ['N', 1, 28, 28] }],
      outputs: [{ name: 'classes', dtype: 'float', shape: ['N', 10] }],
      operators: [{ name: 'Conv', count: 2 }],
      values: ['features', 'classes'],
      config: { input: 'data', output: 'features', answer: 'classes' },
    }),
    'models.import': ({ path, dataset, name = path, config = {} }) => {
      const data = theDataset(dataset ?? state.datasets[0]!.id);
      const about = { recipe: 'onnx-model', status: 'finished' as const, step: 0, steps: 0, config };
      const run = runRecord(id('r'), name, { ...about, dataset: data.id, datasetName: data.name });
      state.runs.push(run);
      return change(run, {});
    },
    'recipes.list': recipeRecords,
    'recipes.describe': ({ recipe }) => (recipe === 'onnx-model' ? importedRecipe() : theRecipe(recipe)),
    'recipes.plan': ({ recipe, dataset, preset = 'small', config, steps, epochs }) =>
      planRecord(
        recipe,
        { ...theRecipe(recipe).presets[preset], ...config },
        theDataset(dataset).splitCounts.train,
        steps,
        epochs,
      ),
    'recipes.views': ({ item, pairs, seed }) => {
      const size = { height: 4, width: 4, channels: 1 as const };
      const filled = (count: number) => new Uint8Array(count * 16).fill((item + 10 * seed) % 256);
      return {
        item: { ...size, count: 1, pixels: filled(1) },
        views: { ...size, count: 2 * pairs, pixels: filled(2 * pairs) },
      };
    },
    'runs.start': (ask) => {
      const data = theDataset(ask.dataset);
      const run = runRecord(id('r'), ask.name ?? `${ask.recipe}-${state.runs.length + 1}`, {
        recipe: ask.recipe,
        dataset: data.id,
        datasetName: data.name,
        status: 'running',
        step: 0,
        seconds: 0,
        metrics: {},
        spark: [],
        createdAt: Date.now(),
        ...(ask.steps && { steps: ask.steps }),
      });
      state.runs.push(run);
      put({
        id: id('j'),
        kind: 'train',
        title: run.name,
        status: 'running',
        run: run.id,
        progress: { done: 0, total: run.steps, unit: 'steps' },
        createdAt: Date.now(),
      });
      return change(run, {});
    },
    'runs.list': (ask) => state.runs.filter(({ archived }) => ask?.archived || !archived),
    'runs.get': ({ run }) => theRun(run),
    'runs.metrics': ({ run, names }) => metricsOf(theRun(run), names),
    'runs.events': ({ run }) => {
      const { step, createdAt, status, error } = theRun(run);
      const at = (s: number) => createdAt + s * 19;
      return [
        { time: createdAt, step: 0, level: 'info', text: 'started on cpu, 8 threads' },
        ...Array.from({ length: Math.floor(step / 500) }, (_, i) => (i + 1) * 500).flatMap((s) => [
          {
            time: at(s),
            step: s,
            level: 'validation' as const,
            text: `mse ${lossAt(s, 7).toPrecision(3)}  perplexity ${(20 * (1 - Math.exp(-s / 900))).toFixed(1)}`,
          },
          ...(s % 3000 === 0
            ? [{ time: at(s) + 1, step: s, level: 'checkpoint' as const, text: 'saved (7.42 MB)' }]
            : []),
          ...(s === 6000
            ? [
                {
                  time: at(s) + 2,
                  step: s,
                  level: 'warning' as const,
                  text: '11 of 128 codes have not been used for 2 000 steps; restarted',
                  mark: true,
                },
              ]
            : []),
        ]),
        ...(status === 'failed' && error
          ? [{ time: at(step), step, level: 'error' as const, text: error, mark: true }]
          : []),
      ];
    },
    'runs.previewSteps': ({ run }) =>
      Array.from({ length: Math.floor(theRun(run).step / 500) }, (_, i) => (i + 1) * 500),
    'runs.preview': ({ run, step }) => {
      const { step: now, steps } = theRun(run);
      const shown = step ?? Math.floor(now / 500) * 500;
      return shown > 0 ? previewAt(shown, steps) : null;
    },
    'runs.checkpoints': ({ run }) => checkpointRecords(theRun(run)),
    'runs.pause': live('paused'),
    'runs.resume': live('running'),
    'runs.cancel': live('cancelled'),
    'runs.change': ({ run, ...changes }) => change(theRun(run), defined(changes)),
    'runs.compare': ({ runs }) => {
      const found = runs.map(theRun);
      const names = [...new Set(found.flatMap(({ config }) => Object.keys(config)))];
      return {
        runs: found,
        settings: names.map((name) => {
          const values = found.map(({ config }) => String(config[name] ?? '–'));
          return { name, values, differ: new Set(values).size > 1 };
        }),
      };
    },
    'runs.evaluate': ({ run, evaluation }) => ({
      job: put({
        id: id('j'),
        kind: 'evaluate',
        title: `${evaluation} of ${theRun(run).name}`,
        status: 'running',
        run,
        progress: { done: 0, total: 0, unit: 'items' },
        createdAt: Date.now(),
      }).id,
    }),
    'runs.evaluations': ({ run }) =>
      theRun(run).status !== 'finished'
        ? []
        : [
            {
              id: 'e-probe1',
              run,
              evaluation: 'linear-probe',
              step: 24_000,
              dataset: 'd-glyphs',
              split: 'test',
              n: 2000,
              figures: { accuracy: 0.938, accuracy_raw: 0.871, accuracy_random_init: 0.802 },
              tables: {},
              seconds: 12,
              createdAt: t0,
            },
            {
              id: 'e-recon1',
              run,
              evaluation: 'reconstruction',
              step: 24_000,
              dataset: 'd-glyphs',
              split: 'validation',
              n: 2000,
              figures: { mse: 0.0034 },
              tables: {
                by_class: {
                  columns: ['class', 'mse'],
                  rows: Array.from({ length: 10 }, (_, digit) => [String(digit), 0.0014 + digit * 0.0003]),
                },
              },
              seconds: 4,
              createdAt: t0,
            },
          ],
    'runs.apply': ({ run, head }) => ({ head, step: theRun(run).step, count: 0, shape: [], files: [], values: [] }),
    'runs.export': ({ to }) => ({ files: [{ path: to, bytes: 7_420_000 }] }),
    ...projectorAnswers(world),
    'anomaly.open': ({ step }) => anomaliesRecord(step ?? 1500),
    'anomaly.items': ({ items }) => anomalyItemsRecord(items),
    'anomaly.export': ({ to }) => ({ path: to, rows: 12 }),
    'codebook.open': ({ run, step }) => codebookRecord(step ?? theRun(run).step),
    'codebook.where': ({ code, position, offset, limit }) => firingRecord(code, position, offset, limit),
    'codebook.map': ({ item }) => codeMapRecord(item),
    ...latentHandlers,
    'codebook.decode': ({ codes }) => ({ picture: decode(codes), milliseconds: 3.2 }),
    'network.explain': ({ run, recipe, profile }) => {
      const known = run === undefined ? undefined : theRun(run);
      return networkRecord({
        recipe: theRecipe(known?.recipe ?? recipe ?? '').id,
        ...(known && { run: known.id }),
        measured: profile ?? false,
      });
    },
    'jobs.list': () => state.jobs,
    'jobs.cancel': ({ job }) => put({ ...find('job', state.jobs, job), status: 'cancelled', endedAt: Date.now() }),
    'jobs.clear': () => {
      state.jobs = state.jobs.filter(({ status }) => status === 'running' || status === 'queued');
      return undefined;
    },
    'reports.preview': ({ title, runs }) => ({
      html: `<!doctype html><meta charset="utf-8"><title>${title ?? 'Report'}</title><h1>${title ?? 'Report'}</h1><p>${runs.map((run) => theRun(run).name).join(', ')}</p>`,
      notes: runs.some((run) => theRun(run).status === 'running')
        ? ['vq-k128 has not finished: its figures are those of now.']
        : [],
    }),
    'reports.export': ({ to, format = 'html' }) => ({ path: to, bytes: 412_000, format }),
    ...options.handlers,
  };
}
