/** What every kind of source (folder, zip, IDX, sample) looks like to the importer, so that it reads them all alike. */
import type { Readable } from 'node:stream';
import type { Split } from '#app/records/common';
import type { Dataset, Problem } from '#app/records/dataset';

/** One file, on disk or inside an archive. Nothing is read before `open`. */
export interface Entry {
  /** Path below its source with forward slashes: what the user sees as the item's name. */
  readonly name: string;
  /** Where it really lies, for messages: a path, or `archive.zip › path`. */
  readonly where: string;
  /** Bytes when unpacked, where that is known without reading. */
  readonly bytes?: number;
  open(): Promise<Readable>;
}

/** Two IDX files that belong together. */
export interface IdxPair {
  readonly images: Entry;
  readonly labels?: Entry;
  /** What the items are called: `train/00012`. */
  readonly prefix: string;
  readonly split?: Split;
  /** As the header says: items, height, width, channels. */
  readonly dims: IdxImages;
}
export interface IdxImages {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3;
}

/** One picture file with what its path says about it. */
export interface PictureFile {
  readonly entry: Entry;
  readonly className?: string;
  readonly split?: Split;
}

/** Everything that was found at the sources, before any picture is decoded. */
export interface Survey {
  format: Dataset['format'];
  name: string;
  pictures: PictureFile[];
  pairs: IdxPair[];
  problems: Problem[];
  /** Closes archives. */
  close(): void;
}

export interface Shape {
  height: number;
  width: number;
  channels: 1 | 3;
}

/** Throws when the user has stopped the job. */
export type Check = () => void;
