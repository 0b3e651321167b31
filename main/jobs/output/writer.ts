/** Where the results of a head go, item by item, so that memory is bounded by a batch. */
import { open, rename, rm } from 'node:fs/promises';
import type { Feed } from '#main/recipes/recipe';
import { diskError, partSuffix } from '../disk';

/** One batch of results. */
export interface Rows {
  /** [n, …] */
  data: Feed;
  /** Of each item: its file name, or its number in the data set. */
  names: string[];
  /** Class names, empty where there is none. */
  labels: string[];
}

export interface Writer {
  add(rows: Rows): Promise<void>;
  /** Returns what was written, once it is whole. */
  finish(): Promise<string[]>;
  /** Removes what was begun. */
  abandon(): Promise<void>;
}

/** A text or byte file that is written piece by piece and appears under its name only when it is whole. */
export async function pieceFile(
  path: string,
): Promise<{ write(piece: string | Uint8Array): Promise<void> } & Omit<Writer, 'add'>> {
  const part = `${path}${partSuffix}`;
  const failed = (error: unknown) => diskError(error, path, 'no file of that name was changed');
  const file = await open(part, 'w').catch((error: unknown) => {
    throw failed(error);
  });
  const abandon = async () => {
    await file.close().catch(() => {});
    await rm(part, { force: true });
  };
  const guarded = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      await abandon();
      throw failed(error);
    }
  };
  return {
    write: (piece) => guarded(() => file.writeFile(piece)),
    async finish() {
      await guarded(async () => {
        await file.sync();
        await file.close();
        await rename(part, path);
      });
      return [path];
    },
    abandon,
  };
}
