/** What an import is given by the job that runs it, and how it tells what it found. */
import { resolve } from 'node:path';
import type { Item, Problem } from '#app/records/dataset';
import type { Disk } from './disk';
import { isSample } from './samples';
import type { Check } from './source';
import type { ZipLimits } from './zip';

export interface ImportContext {
  /** Folder of the project's blobs; made where it is missing. */
  objects: string;
  /** `unit`: what is counted, where it is not items. */
  progress(done: number, total: number, unit?: string): void;
  /** Throws when the user has stopped the job. Asked before every item. */
  check: Check;
  /** Told once all is durable, in order of the index. */
  items(batch: Item[]): void;
  problems(batch: Problem[]): void;
  /** Folder of the built-in samples, where it is not beside the program. */
  samples?: string;
  /** For tests. */
  disk?: Disk;
  zipLimits?: ZipLimits;
}

/** Items or problems told at once. */
export const pageSize = 1000;

export function tellProblems(all: readonly Problem[], { problems }: ImportContext): void {
  for (let from = 0; from < all.length; from += pageSize) problems(all.slice(from, from + pageSize));
}

/** Sources as the record keeps them. */
export const placesOf = (sources: readonly string[]): string[] =>
  sources.map((source) => (isSample(source) ? source : resolve(source)));
