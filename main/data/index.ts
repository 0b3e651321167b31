/** The door of the data room: import, inspect, read in batches. */
export { type DecodedFiles, decodeImageFiles } from './files';
export { type Batch, batches, batchesOf, type ImageReader, openImages, type Readable } from './images';
export { type ImportContext, type Imported, importDataset } from './import';
export { inspect } from './inspect';
export { readObject, writeObject } from './objects';
export { epochsOf, trainingOrder } from './order';
export { spread } from './ordered';
export { samples, samplesFolder } from './samples';
export type { Shape } from './source';
export { isKept } from './table/import-table';
export { openRows, type RowReader } from './table/table-reader';
