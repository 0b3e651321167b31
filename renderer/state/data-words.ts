/** Data sets in words: what their items are called and how large one is, the same in every view. */
import type { DataFormat, Dataset, Modality } from '#app/records/dataset';
import { count } from '#renderer/widgets/format';

export const formatWords: Record<DataFormat, string> = {
  folder: 'folder of images',
  idx: 'IDX files',
  zip: 'ZIP archive',
  sample: 'sample that comes with the app',
  csv: 'text table (CSV)',
  jsonl: 'JSON lines',
  parquet: 'Parquet table',
  npz: 'NumPy archive',
  arff: 'ARFF table',
};

/** What items are called, many of them. */
export const itemWords: Record<Modality, string> = {
  image: 'images',
  text: 'texts',
  audio: 'recordings',
  table: 'rows',
};
export const modalityWords: Record<Modality, string> = {
  image: 'images',
  text: 'text',
  audio: 'audio',
  table: 'tables',
};

/** `10,000 images`; `569 rows`. */
export const countedItems = (modality: Modality, n: number): string =>
  n === 1 ? `1 ${itemWords[modality].slice(0, -1)}` : `${count(n)} ${itemWords[modality]}`;

/** Columns that a model is given. */
export const keptColumns = (dataset: Extract<Dataset, { modality: 'table' }>) =>
  dataset.table.columns.filter(({ kind }) => kind === 'number' || kind === 'category');

/** Size of one item: `28 × 28 · grey`; `30 columns · 42 numbers`. */
export function sizeWords(dataset: Dataset): string {
  if (dataset.modality === 'image') {
    const { height, width, channels } = dataset.image;
    return `${width} × ${height} · ${channels === 1 ? 'grey' : 'colour'}`;
  }
  const columns = keptColumns(dataset).length;
  const { features } = dataset.table;
  return `${count(columns)} columns${features === columns ? '' : ` · ${count(features)} numbers`}`;
}

/** One item as a model takes it, without the batch: [h, w, c] or [features]. */
export const shapeOfItem = (dataset: Dataset): number[] =>
  dataset.modality === 'image'
    ? [dataset.image.height, dataset.image.width, dataset.image.channels]
    : [dataset.table.features];
