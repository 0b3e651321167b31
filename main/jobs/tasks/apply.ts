/** Puts a trained model to use: runs one head over items and writes what it gives, or hands it back. */
import { mkdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { PretextError } from '#app/contract';
import { isImages } from '#app/records/dataset';
import type { Feed, Head } from '#main/recipes/recipe';
import type { Model } from '../model';
import { withModel } from '../models';
import { mostOnSheet, pngFolderWriter, pngSheetWriter } from '../output/images';
import { sourceOf } from '../output/inputs';
import { csvWriter, jsonWriter, npyWriter, recordsOf } from '../output/tables';
import type { Rows, Writer } from '../output/writer';
import { progressOf } from '../progress';
import type { Task } from '../task';

/** What is handed back rather than written must fit on a screen and through a pipe. */
const mostValues = 2_000_000;

export const apply: Task<'apply'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const head = headOf(model, ask.head);
    const [output, signature] = Object.entries(head.outputs)[0]!;
    const size = signature.shape.reduce((product, n) => product * n, 1);
    const source = await sourceOf(head, model, ask, context.check);
    const values: unknown[] = [];
    let writer: Writer | undefined;
    try {
      if (ask.output === undefined) expectFew(ask.head, source.count * size);
      else writer = await writerFor(ask.output, source.count, output, signature, model);
      const forward = model.forwards.using(context.check);
      const progress = progressOf(context, 'items');
      let done = 0;
      for await (const { feeds, names, labels } of source.batches(model.system.batchSize)) {
        context.check();
        const data: Feed = (await forward(ask.head, feeds, names.length))[output]!;
        const rows: Rows = { data, names, labels };
        if (writer) await writer.add(rows);
        else values.push(...recordsOf(rows, output, signature.shape));
        done += names.length;
        progress(done, source.count);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const files = (await writer?.finish()) ?? [];
      const { step } = model.manifest;
      return { head: ask.head, step, count: source.count, shape: [...signature.shape], files, values };
    } catch (error) {
      await writer?.abandon();
      throw error;
    } finally {
      source.close();
    }
  });

function headOf({ system, run }: Model, id: string): Head {
  const head = system.heads[id];
  if (head) return head;
  throw new PretextError(
    `${id}: ${run.recipe} must have a head of this name; it has: ${Object.keys(system.heads).join(', ')}`,
    {
      kind: 'usage',
      advice: 'Choose one of these.',
    },
  );
}

function expectFew(head: string, numbers: number): void {
  if (numbers <= mostValues) return;
  throw new PretextError(`${head}: ${numbers} numbers are too many to hand back; at most ${mostValues}`, {
    kind: 'usage',
    advice: 'Name an --output file, or limit the number of items.',
  });
}

/** The ending of the path says what is written; a path without one is a folder. */
async function writerFor(
  path: string,
  count: number,
  output: string,
  signature: Head['outputs'][string],
  { items }: Model,
): Promise<Writer> {
  const { dataset } = items;
  const image = isImages(dataset) ? dataset.image : undefined;
  const isPicture = image && signature.shape.join() === [image.channels, image.height, image.width].join();
  const ending = extname(path).toLowerCase();
  const folder = ending === '' ? path : dirname(path);
  await mkdir(folder, { recursive: true }).catch(() => {}); // what fails here is told by the first write
  if (ending === '.npy') return npyWriter(path, count, signature);
  if (ending === '.csv') return csvWriter(path, output, signature);
  if (ending === '.json') return jsonWriter(path, output, signature);
  if (ending === '.png' && isPicture && count <= mostOnSheet) return pngSheetWriter(path, count, image);
  if (ending === '')
    return isPicture ? pngFolderWriter(path, image) : npyWriter(join(path, `${output}.npy`), count, signature);
  const can = isPicture
    ? `a folder, .png (up to ${mostOnSheet} pictures), .npy, .csv or .json`
    : 'a folder, .npy, .csv or .json';
  throw new PretextError(`output: must end in ${can}, got ${path}`, { kind: 'usage' });
}
