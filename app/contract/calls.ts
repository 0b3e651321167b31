/** Every question that the window and the command line may ask, with what must come in and what goes back. */
import { z } from 'zod';
import { anomalies, anomalyItems } from '../records/anomaly';
import { codebook, codeLevel, codeMap, firing } from '../records/codebook';
import { pictures, split, typedArray } from '../records/common';
import { dataset, importOptions, inspection, item, itemFilter, problem, sample } from '../records/dataset';
import { draw, generator, nearItems, nearSpace, samples } from '../records/generator';
import { job } from '../records/job';
import { encodedItems, latentSpace } from '../records/latent';
import { modelInspection } from '../records/model';
import { network } from '../records/network';
import { doctor, preferences, project, recentProject } from '../records/project';
import {
  cloud,
  cloudSplit,
  colouring,
  colours,
  layout,
  layoutSettings,
  metric,
  nearestRows,
  spaceQuality,
  vectorSource,
} from '../records/projector';
import { config, plan, presetName, recipeDescription, recipeSummary } from '../records/recipe';
import { reportFormat, reportOptions } from '../records/report';
import { checkpoint, evaluation, preview, run, runEvent, series, startRun } from '../records/run';
import { rowFigures, rowFilter, rowPage, rowSort } from '../records/table';

const call = <I extends z.ZodType, O extends z.ZodType>(ask: I, reply: O) => ({ ask, reply });
const nothing = z.undefined();
/** An id, an unambiguous prefix of one, or `last`. */
const name = z.string().min(1);
const step = z.int().min(0).optional();
const path = z.string().min(1);

/** Which vectors: of which model, of which items. */
const vectors = { run: name, step, source: vectorSource, split: cloudSplit };

export const calls = {
  'app.info': call(
    nothing,
    z.object({
      version: z.string(),
      platform: z.string(),
      packaged: z.boolean(),
      versions: z.record(z.string(), z.string()),
    }),
  ),
  'app.preferences': call(nothing, preferences),
  'app.prefer': call(preferences.partial(), preferences),
  /** The speed of the devices is remembered from the first time; `measure` takes it anew. */
  'app.doctor': call(z.object({ measure: z.boolean().optional() }).optional(), doctor),
  /** Opens the system's own dialog; empty when it was closed without a choice. */
  'app.choose': call(
    z.object({
      kind: z.enum(['folder', 'files', 'save']),
      title: z.string(),
      name: z.string().optional(),
      extensions: z.array(z.string()).optional(),
    }),
    z.array(path),
  ),
  /** Writes what the window made (a picture, a table of numbers) where the user chose. */
  'app.save': call(z.object({ path, bytes: typedArray.uint8 }), z.object({ path, bytes: z.int() })),
  'app.reveal': call(z.object({ path }), nothing),

  'projects.recent': call(nothing, z.array(recentProject)),
  'projects.current': call(nothing, project.nullable()),
  'projects.create': call(z.object({ directory: path, name: z.string().min(1).max(80) }), project),
  'projects.open': call(z.object({ directory: path }), project),
  'projects.change': call(
    z.object({ name: z.string().min(1).max(80).optional(), note: z.string().optional() }),
    project,
  ),

  'datasets.samples': call(nothing, z.array(sample)),
  'datasets.list': call(z.object({ archived: z.boolean().optional() }).optional(), z.array(dataset)),
  'datasets.get': call(z.object({ dataset: name }), dataset),
  'datasets.inspect': call(z.object({ sources: z.array(path).min(1) }), inspection),
  /** Starts the import; the job's end names the data set. */
  'datasets.import': call(
    z.object({ sources: z.array(path).min(1), options: importOptions.optional() }),
    z.object({ job: z.string(), dataset: z.string() }),
  ),
  'datasets.items': call(
    z.object({ dataset: name, filter: itemFilter.optional(), offset: z.int().min(0), limit: z.int().min(1).max(2000) }),
    z.object({ total: z.int(), items: z.array(item) }),
  ),
  'datasets.pictures': call(z.object({ dataset: name, indices: z.array(z.int().min(0)).max(2000) }), pictures),
  /** Rows of a table that fit, sorted where it is asked for: `limit` of them from `offset` on. */
  'datasets.rows': call(
    z.object({
      dataset: name,
      filter: rowFilter.optional(),
      sort: rowSort.optional(),
      offset: z.int().min(0),
      limit: z.int().min(1).max(2000),
    }),
    rowPage,
  ),
  /** How the rows of a table that fit are spread over its columns, classes and splits. */
  'datasets.columns': call(z.object({ dataset: name, filter: rowFilter.optional() }), rowFigures),
  'datasets.problems': call(z.object({ dataset: name }), z.array(problem)),
  /** Items of each class and split: counts[class][split], the last row those without a label. */
  'datasets.distribution': call(
    z.object({ dataset: name }),
    z.object({ classes: z.array(z.string()), counts: z.array(z.array(z.int())) }),
  ),
  'datasets.change': call(
    z.object({ dataset: name, name: z.string().min(1).max(80).optional(), archived: z.boolean().optional() }),
    dataset,
  ),

  /** What an ONNX file says about itself and how it would be used on a data set (the newest one when none is named). */
  'models.inspect': call(z.object({ path, dataset: name.optional() }), modelInspection),
  /** Makes a finished run of an ONNX file, which can then be applied, measured and exported like any other. */
  'models.import': call(
    z.object({ path, dataset: name.optional(), name: z.string().min(1).max(80).optional(), config: config.optional() }),
    run,
  ),

  'recipes.list': call(nothing, z.array(recipeSummary)),
  'recipes.describe': call(z.object({ recipe: z.string() }), recipeDescription),
  'recipes.plan': call(
    z.object({
      recipe: z.string(),
      dataset: name,
      preset: presetName.optional(),
      config: config.optional(),
      steps: z.int().min(1).optional(),
      epochs: z.number().positive().optional(),
      /** The run that it would start from; left out, as `runs.start` would choose. */
      from: name.optional(),
    }),
    plan,
  ),
  /**
   * What a system that compares views would make of one item: first and second views by turns; none where it makes none.
   * item: its place in the train split; seed: another one, other views.
   */
  'recipes.views': call(
    z.object({
      recipe: z.string(),
      dataset: name,
      preset: presetName.optional(),
      config: config.optional(),
      item: z.int().min(0),
      pairs: z.int().min(1).max(32),
      seed: z.int().min(0),
    }),
    z.object({ item: pictures, views: pictures }),
  ),

  'runs.start': call(startRun, run),
  'runs.list': call(z.object({ archived: z.boolean().optional() }).optional(), z.array(run)),
  'runs.get': call(z.object({ run: name }), run),
  'runs.metrics': call(
    z.object({ run: name, names: z.array(z.string()).optional(), since: z.int().optional() }),
    z.record(z.string(), series),
  ),
  'runs.events': call(z.object({ run: name }), z.array(runEvent)),
  'runs.previewSteps': call(z.object({ run: name }), z.array(z.int())),
  'runs.preview': call(z.object({ run: name, step }), preview.nullable()),
  'runs.checkpoints': call(z.object({ run: name }), z.array(checkpoint)),
  'runs.pause': call(z.object({ run: name }), run),
  'runs.resume': call(z.object({ run: name }), run),
  'runs.cancel': call(z.object({ run: name }), run),
  'runs.change': call(
    z.object({
      run: name,
      name: z.string().min(1).max(80).optional(),
      note: z.string().optional(),
      tags: z.array(z.string()).optional(),
      pinned: z.boolean().optional(),
      archived: z.boolean().optional(),
    }),
    run,
  ),
  'runs.compare': call(
    z.object({ runs: z.array(name).min(1) }),
    z.object({
      runs: z.array(run),
      settings: z.array(z.object({ name: z.string(), values: z.array(z.string()), differ: z.boolean() })),
    }),
  ),
  'runs.evaluate': call(
    z.object({
      run: name,
      evaluation: z.string(),
      dataset: name.optional(),
      split: split.optional(),
      config: config.optional(),
    }),
    z.object({ job: z.string() }),
  ),
  'runs.evaluations': call(z.object({ run: name }), z.array(evaluation)),
  /** Runs a head over items (of the data set, or image files) and writes what it gives, or returns it when `output` is left out. */
  'runs.apply': call(
    z.object({
      run: name,
      head: z.string(),
      step,
      dataset: name.optional(),
      split: split.optional(),
      /** These items of the data set, by their numbers, instead of a split. */
      items: z.array(z.int().min(0)).min(1).max(2000).optional(),
      inputs: z.array(path).optional(),
      limit: z.int().min(1).optional(),
      output: path.optional(),
      config: config.optional(),
    }),
    z.object({
      head: z.string(),
      step: z.int(),
      count: z.int(),
      shape: z.array(z.int()),
      files: z.array(z.string()),
      values: z.array(z.unknown()),
    }),
  ),
  'runs.export': call(
    z.object({ run: name, step, to: path }),
    z.object({ files: z.array(z.object({ path, bytes: z.int() })) }),
  ),

  /** Scores a split with a detector: the first time for a checkpoint as a job; then from memory. */
  'anomaly.open': call(z.object({ run: name, step, split: split.optional() }), anomalies),
  /** Items by their number in the data set: pictures with what came back, or rows column by column. */
  'anomaly.items': call(
    z.object({ run: name, step, split: split.optional(), items: z.array(z.int().min(0)).min(1).max(200) }),
    anomalyItems,
  ),
  /** Writes the scores of a split as CSV, with the columns of a table: all items, or those at or above the threshold. */
  'anomaly.export': call(
    z.object({
      run: name,
      step,
      split: split.optional(),
      threshold: z.number(),
      only: z.enum(['all', 'flagged']),
      to: path,
    }),
    z.object({ path, rows: z.int() }),
  ),

  /** Opens a run's codebook: the first time for a checkpoint it encodes the split, as a job; then from memory. */
  'codebook.open': call(z.object({ run: name, step, level: codeLevel.optional(), split: split.optional() }), codebook),
  'codebook.where': call(
    z.object({
      run: name,
      step,
      level: codeLevel.optional(),
      split: split.optional(),
      code: z.int().min(0),
      position: z.int().min(0).optional(),
      offset: z.int().min(0),
      limit: z.int().min(1).max(200),
    }),
    firing,
  ),
  'codebook.map': call(z.object({ run: name, step, level: codeLevel.optional(), item: z.int().min(0) }), codeMap),
  /** `item`: whose codes of the other level stand beside these, where the model has two. */
  'codebook.decode': call(
    z.object({
      run: name,
      step,
      level: codeLevel.optional(),
      codes: typedArray.int32,
      item: z.int().min(0).optional(),
    }),
    z.object({ picture: pictures, milliseconds: z.number() }),
  ),

  /** Opens the space of a run's codes: the first time for a checkpoint it encodes the split, as a job; then from memory. */
  'latent.open': call(z.object({ run: name, step, split: split.optional() }), latentSpace),
  'latent.encode': call(z.object({ run: name, step, items: z.array(z.int().min(0)).min(1).max(64) }), encodedItems),
  /** codes: float32 [n, d], n ≤ 2000. */
  'latent.decode': call(
    z.object({ run: name, step, codes: typedArray.float32 }),
    z.object({ pictures, milliseconds: z.number() }),
  ),
  /** The names that the user gave to dimensions of the run, by their numbers. */
  'latent.names': call(z.object({ run: name }), z.record(z.string(), z.string())),
  /** Empty: it has no name any more. */
  'latent.rename': call(
    z.object({ run: name, dimension: z.int().min(0), name: z.string().max(40) }),
    z.record(z.string(), z.string()),
  ),

  'generator.open': call(z.object({ run: name, step }), generator),
  'generator.sample': call(z.object({ run: name, step, draw }), samples),
  /** codes: float32 [n, size], the normal numbers that samples are made of. */
  'generator.decode': call(
    z.object({ run: name, step, codes: typedArray.float32 }),
    z.object({ pictures, milliseconds: z.number() }),
  ),
  /** Compares the samples of a draw with every training item, as a job. */
  'generator.nearest': call(z.object({ run: name, step, draw, space: nearSpace }), nearItems),

  /** Opens the vectors of items: the first time for a checkpoint each item is encoded, as a job. `over`: lay it over this. */
  'projector.open': call(z.object({ ...vectors, over: typedArray.float32.optional() }), cloud),
  /** Moves the points until they are done, telling `projector.moved` under this ticket; from where it was stopped before. */
  'projector.layout': call(
    z.object({ ...vectors, settings: layoutSettings, ticket: z.string().min(1), over: typedArray.float32.optional() }),
    layout,
  ),
  'projector.signal': call(
    z.object({ ticket: z.string().min(1), signal: z.enum(['pause', 'resume', 'stop']) }),
    nothing,
  ),
  'projector.colours': call(z.object({ ...vectors, colouring }), colours),
  /** `row` of the cloud; distances of all its numbers, not of the picture. */
  'projector.nearest': call(
    z.object({ ...vectors, row: z.int().min(0), count: z.int().min(1).max(200), metric }),
    nearestRows,
  ),
  'projector.quality': call(z.object({ ...vectors, positions: typedArray.float32.optional() }), spaceQuality),

  /** What a run, or a recipe on a data set, is made of. Measuring the time of each node is a job of kind `profile`. */
  'network.explain': call(
    z.object({
      run: name.optional(),
      recipe: z.string().optional(),
      /** Of a recipe; the newest one where none is named. */
      dataset: name.optional(),
      preset: presetName.optional(),
      config: config.optional(),
      profile: z.boolean().optional(),
    }),
    network,
  ),

  'jobs.list': call(nothing, z.array(job)),
  'jobs.cancel': call(z.object({ job: name }), job),
  'jobs.clear': call(nothing, nothing),

  'reports.preview': call(reportOptions, z.object({ html: z.string(), notes: z.array(z.string()) })),
  'reports.export': call(
    reportOptions.extend({ to: path, format: reportFormat.optional() }),
    z.object({ path, bytes: z.int(), format: reportFormat }),
  ),
};

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** What the asker may leave to defaults, and what the handler receives. */
export type Ask<K extends CallName> = z.input<Calls[K]['ask']>;
export type Asked<K extends CallName> = z.output<Calls[K]['ask']>;
export type Reply<K extends CallName> = z.output<Calls[K]['reply']>;

type Prefix<K extends CallName> = K extends `${infer P}.${string}` ? P : never;
/** The handlers of one prefix: a missing or misspelt one does not compile. */
export type Handlers<P extends Prefix<CallName>> = {
  [K in CallName as K extends `${P}.${string}` ? K : never]: (ask: Asked<K>) => Reply<K> | Promise<Reply<K>>;
};
export type AllHandlers = { [K in CallName]: (ask: Asked<K>) => Reply<K> | Promise<Reply<K>> };
