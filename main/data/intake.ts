/** Takes pictures in, one by one and in order: decodes them, writes their pixels, and books what is known of them. */
import { createHash } from 'node:crypto';
import type { Problem } from '#app/records/dataset';
import { readAll } from './bytes';
import { decodePicture, fitRaster, largestFile, type Prepared, Undecodable } from './decode';
import type { BlobWriter } from './disk';
import { whyUnreadable } from './failures';
import type { ImportContext } from './import-context';
import type { LabelTable } from './labels';
import type { Ledger } from './ledger';
import { ordered } from './ordered';
import type { PictureFile, RasterSet, Shape } from './source';

const parallel = 8; // pictures being read and decoded: bounds the memory

export class Intake {
  readonly #pixels: BlobWriter;
  readonly #ledger: Ledger;
  readonly #table: LabelTable | undefined;
  readonly #context: ImportContext;
  readonly #total: number;
  readonly #every: number;
  #done = 0;

  constructor(
    pixels: BlobWriter,
    ledger: Ledger,
    table: LabelTable | undefined,
    total: number,
    context: ImportContext,
  ) {
    this.#pixels = pixels;
    this.#ledger = ledger;
    this.#table = table;
    this.#context = context;
    this.#total = total;
    this.#every = Math.max(1, Math.floor(total / 500)); // 500 steps of progress are enough for the eye
  }

  async rasters(set: RasterSet, shape: Shape): Promise<void> {
    const { height, width, channels } = set.dims;
    const report = (problem: Problem): void => this.#ledger.report(problem);
    const prepared = ordered(set.read(report), parallel, (item) => {
      this.#context.check();
      const fitted = fitRaster({ height, width, channels, pixels: item.pixels }, shape);
      const given = { ...item, where: set.where };
      return fitted instanceof Promise ? fitted.then((picture) => ({ given, picture })) : { given, picture: fitted };
    });
    for await (const { given, picture } of prepared) await this.#take(given, given.label, set.split, picture);
  }

  /** False when a colour picture turned up although `stopAtColour`. */
  async pictures(files: readonly PictureFile[], shape: Shape, stopAtColour: boolean): Promise<boolean> {
    const prepared = ordered(files, parallel, async (file) => {
      this.#context.check();
      try {
        return { file, picture: await decodePicture(await readAll(file.entry, largestFile), shape) };
      } catch (error) {
        return { file, error };
      }
    });
    for await (const { file, picture, error } of prepared) {
      const { name, where } = file.entry;
      if (!picture) {
        const kind = error instanceof Undecodable ? error.kind : 'unreadable';
        const reason = error instanceof Undecodable ? error.message : `The file ${whyUnreadable(error)}.`;
        this.#ledger.report({ file: where, kind, reason });
        this.#step();
      } else if (stopAtColour && picture.colour) return false;
      else await this.#take({ name, where }, file.className, file.split, picture);
    }
    return true;
  }

  async #take(
    { name, where }: { name: string; where: string },
    className: string | undefined,
    split: PictureFile['split'],
    { pixels, low, high }: Prepared,
  ): Promise<void> {
    this.#context.check();
    const key = createHash('sha256').update(pixels).digest('hex').slice(0, 32); // 128 bits: no chance twins
    const label = this.#table ? this.#table.labelOf(name) : className;
    const item = this.#ledger.add(name, where, key, label, split);
    if (high - low < blankRange) {
      const reason = `Nearly blank: all its pixels lie between ${low} and ${high} of 255. It was kept.`;
      this.#ledger.report({ file: where, kind: 'blank', reason, item });
    }
    const writing = this.#pixels.write(pixels);
    if (writing) await writing;
    this.#step();
  }

  #step(): void {
    this.#done++;
    if (this.#done % this.#every === 0 || this.#done === this.#total) this.#context.progress(this.#done, this.#total);
  }
}

const blankRange = 8; // of 255: less contrast than the eye sees on a screen
