/** The door of the data room: import, inspect, read in batches. */
export { type DecodedFiles, decodeImageFiles } from './files';
export { type Batch, batches, batchesOf, type ImageReader, openImages, type Readable } from './images';
export { importDataset } from './import';
export type { ImportContext } from './import-context';
export { inspect } from './inspect';
export { readObject, writeObject } from './objects';
export { epochsOf, trainingOrder } from './order';
export { spread } from './ordered';
export { samples, samplesFolder } from './samples';
export type { Shape } from './source';
export { type NewRows, openNewRows } from './table/new-rows';
export { figuresOf, selectRows, sortRows } from './table/row-query';
export { isKept } from './table/survey-table';
export { openRows, type RowReader } from './table/table-reader';
