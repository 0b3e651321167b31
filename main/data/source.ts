/** What every kind of source (folder, zip, IDX, sample) looks like to the importer, so that it reads them all alike. */
import type { Readable } from 'node:stream';
import type { Split } from '#app/records/common';
import type { DataFormat, Factors, Problem } from '#app/records/dataset';
import type { TableFile } from './table/table-file';

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

/** One picture as an array holds it: [h, w, c] bytes, with its label as a class name. */
export interface RasterItem {
  name: string;
  pixels: Uint8Array;
  label: string | undefined;
}

/** Pictures of one size, one after the other: IDX files, arrays of an .npz, rows of a table. */
export interface RasterSet {
  /** File for messages. */
  readonly where: string;
  readonly dims: IdxImages;
  readonly split?: Split | undefined;
  readonly labelled: boolean;
  /** Everything that is read, for its size on disk. */
  readonly files: readonly Entry[];
  /** All pictures in order. What does not agree is reported, and the rest goes on; a damaged file throws. */
  read(report: (problem: Problem) => void): AsyncIterable<RasterItem>;
}

/** One picture file with what its path says about it. */
export interface PictureFile {
  readonly entry: Entry;
  readonly className?: string;
  readonly split?: Split;
}

/** Everything that was found at the sources, before any picture is decoded. */
export interface Survey {
  format: DataFormat;
  name: string;
  pictures: PictureFile[];
  rasters: RasterSet[];
  /** What the pictures of a single raster set are known to be made from; values: int32 [n, f]. */
  factors?: (Factors & { values: Int32Array }) | undefined;
  /** There instead of pictures. */
  table?: TableFile | undefined;
  /** What the user should know of how the files are read. */
  notes: string[];
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
