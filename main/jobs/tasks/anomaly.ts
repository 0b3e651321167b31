/** The anomaly explorer's questions: a split scored, items with what came back of them, and the scores as a file. */
import type { Anomalies, Cell } from '#app/records/anomaly';
import type { Split } from '#app/records/common';
import { type Dataset, isImages, isTable, type TableDataset } from '#app/records/dataset';
import { isKept } from '#main/data';
import { type Detector, quantileOf } from '#main/recipes/anomaly/anomaly-system';
import { detectorOf } from '#main/recipes/anomaly/scored';
import { picturesOf } from '#main/recipes/pictures';
import { validationItems } from '../items';
import type { Model } from '../model';
import { withModel } from '../models';
import { pieceFile } from '../output/writer';
import { progressOf } from '../progress';
import type { Task, TaskContext } from '../task';

/** Items whose errors say how bright an error is drawn; and the share of their pixels that is not cut off. */
const scaleItems = 512;
const notCutOff = 0.999;

const titles = {
  reconstruction: 'mean squared error',
  denoising: 'mean squared error under noise',
  elbo: 'negative ELBO',
  'reconstruction-probability': 'reconstruction probability',
} as const;

export const openAnomalies: Task<'anomaly.open'> = ({ folders, model: ref, split }, context) =>
  withModel(folders, ref, context, async (model): Promise<Anomalies> => {
    const detector = detectorOf('anomaly', model);
    const { dataset, labels } = model.items;
    const { normal, oneClass } = detector.classes;
    const indices = model.items.indices(split);
    const validation = validationItems(model.items, normal.length > 0 ? normal : undefined);
    const progress = progressOf(context, 'items');
    const total = indices.length + validation.length;
    const normalScores = (await scoresOf(model, validation, context, (done) => progress(done, total))).sort();
    const scores = await scoresOf(model, indices, context, (done) => progress(validation.length + done, total));
    const kind = detector.config['score'] as keyof typeof titles;
    return {
      ...{ step: model.manifest.step, split, classes: dataset.classes, normal, indices, scores, normalScores },
      score: { title: titles[kind], unit: unitOf(kind) },
      contaminated: !oneClass || Number(detector.config['contamination']) > 0,
      labels: Int32Array.from(indices, (index) => labels[index]!),
      quantile: detector.quantile,
      threshold: quantileOf(normalScores, detector.quantile),
      ...(isTable(dataset) && { columns: dataset.table.columns.filter(isKept).map(({ name }) => name) }),
      ...(isImages(dataset) && { errorScale: await errorScale(model, indices, context) }),
    };
  });

const unitOf = (kind: keyof typeof titles): Anomalies['score']['unit'] =>
  kind === 'reconstruction' || kind === 'denoising' ? 'mean squared error' : 'nats';

/** float32 [n], in the order asked for */
async function scoresOf(
  { items, forwards, system }: Model,
  indices: Uint32Array,
  { check }: TaskContext,
  tick: (done: number) => void = () => {},
): Promise<Float32Array> {
  const scores = new Float32Array(indices.length);
  const forward = forwards.using(check);
  let done = 0;
  for await (const { x, labels } of items.chosen(indices, Math.max(256, system.batchSize))) {
    scores.set((await forward('score', { x }, labels.length))['score'] as Float32Array, done);
    done += labels.length;
    tick(done);
    await new Promise((resolve) => setImmediate(resolve)); // a wish to stop comes in between two tasks only
    check();
  }
  return scores;
}

/** One for the whole data set, or an error would look large only because all others of its picture are small. */
async function errorScale({ items, forwards }: Model, indices: Uint32Array, { check }: TaskContext): Promise<number> {
  const stride = Math.max(1, Math.floor(indices.length / scaleItems));
  const chosen = indices.filter((_, i) => i % stride === 0).slice(0, scaleItems);
  const x = await items.read(chosen);
  const residual = (await forwards.using(check)('explain', { x }, chosen.length))['residual'] as Float32Array;
  return Math.sqrt(quantileOf(residual, notCutOff)) || 1;
}

export const itemsOfAnomalies: Task<'anomaly.items'> = ({ folders, model: ref, items, errorScale: scale }, context) =>
  withModel(folders, ref, context, async (model) => {
    detectorOf('anomaly', model);
    const x = await model.items.read(items);
    const { y, residual } = await model.forwards.using(context.check)('explain', { x }, items.length);
    const { dataset } = model.items;
    if (isTable(dataset))
      return { rows: rowsOf(dataset, await model.items.values(items), y as Float32Array, residual as Float32Array) };
    const { image } = dataset;
    const error = Float32Array.from(residual!, (square) => Math.sqrt(square) / (scale ?? 1));
    return {
      pictures: {
        input: picturesOf(x, image),
        output: picturesOf(y as Float32Array, image),
        error: picturesOf(error, image),
      },
    };
  });

/** values: [n, c] as stored; y, residual: [n, f] */
function rowsOf({ table }: TableDataset, values: Float32Array, y: Float32Array, residual: Float32Array): Cell[][] {
  const columns = table.columns.filter(isKept);
  const { features } = table;
  return Array.from({ length: values.length / columns.length }, (_, row) => {
    const whole = residual.subarray(row * features, (row + 1) * features).reduce((sum, one) => sum + one, 0) || 1;
    let at = row * features;
    return columns.map(({ kind, words, training }, c): Cell => {
      const value = values[row * columns.length + c]!;
      const width = kind === 'category' ? (words?.length ?? 0) : 1;
      const [own, off] = [y.subarray(at, at + width), residual.subarray(at, at + width)];
      at += width;
      const share = off.reduce((sum, one) => sum + one, 0) / whole;
      if (kind === 'category') {
        const likely = own.reduce((best, one, i) => (one > own[best]! ? i : best), 0);
        return { value: Number.isNaN(value) ? '–' : (words?.[value] ?? '–'), expected: words?.[likely] ?? '–', share };
      }
      const expected = (own[0] ?? 0) * (training?.std ?? 1) + (training?.mean ?? 0);
      return { value: Number.isNaN(value) ? '–' : shown(value), expected: shown(expected), share };
    });
  });
}

const shown = (value: number): string => String(Number(value.toPrecision(5)));

export const exportAnomalies: Task<'anomaly.export'> = ({ folders, model: ref, split, threshold, only, to }, context) =>
  withModel(folders, ref, context, async (model) => {
    const detector = detectorOf('anomaly', model);
    const { items } = model;
    const indices = items.indices(split);
    const scores = await scoresOf(model, indices, context);
    const chosen = Array.from(indices.keys()).filter((i) => only === 'all' || scores[i]! >= threshold);
    chosen.sort((a, b) => scores[b]! - scores[a]!);
    const file = await pieceFile(to);
    await file.write(`${headOf(items.dataset).join(',')}\n`);
    for (let from = 0; from < chosen.length; from += 1000) {
      const some = chosen.slice(from, from + 1000);
      await file.write(await linesOf(model, detector, { some, indices, scores, split, threshold }));
      context.check();
    }
    await file.finish();
    return { path: to, rows: chosen.length };
  });

const own = ['item', 'split', 'label', 'kind', 'score', 'flagged'];
const headOf = (dataset: Dataset): string[] => [
  ...own,
  ...(isTable(dataset) ? dataset.table.columns.filter(isKept).map(({ name }) => quoted(name)) : []),
];

interface Chosen {
  some: number[];
  indices: Uint32Array;
  scores: Float32Array;
  split: Split;
  threshold: number;
}

async function linesOf({ items }: Model, { classes }: Detector, chosen: Chosen): Promise<string> {
  const { some, indices, scores, split, threshold } = chosen;
  const { dataset, labels } = items;
  const numbers = some.map((i) => indices[i]!);
  const columns = isTable(dataset) ? dataset.table.columns.filter(isKept) : [];
  const values = columns.length > 0 ? await items.values(numbers) : new Float32Array();
  return some
    .map((i, row) => {
      const [index, label] = [indices[i]!, labels[indices[i]!]!];
      const kind =
        label < 0 || classes.normal.length === 0 ? '' : classes.normal.includes(label) ? 'normal' : 'anomaly';
      const cells = columns.map(({ words }, c) => {
        const value = values[row * columns.length + c]!;
        if (Number.isNaN(value)) return '';
        return words ? quoted(words[value] ?? '') : String(Number(value.toPrecision(7)));
      });
      const name = quoted(dataset.classes[label] ?? '');
      const flagged = scores[i]! >= threshold ? 1 : 0;
      return `${[index, split, name, kind, scores[i]!, flagged, ...cells].join(',')}\n`;
    })
    .join('');
}

/** RFC 4180. */
const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
