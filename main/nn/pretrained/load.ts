/** The weights of a Hugging Face checkpoint as values of our own parameters; every name is accounted for. */

import type { LanguageConfig } from './config';
import { traceLanguageModel } from './model';
import { type How, type Names, namesOf, type Row } from './names';

/** Tensors of a checkpoint by their names there, as float32. */
export type Checkpoint = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;

export interface Loaded {
  /** By our names: give them to a forward or a training session. */
  values: Map<string, Float32Array<ArrayBuffer>>;
  /** What the checkpoint has besides the network: the head that predicts tokens, the summary of the first token. */
  parts: { head: boolean; pooler: boolean; untied: boolean };
  /** Tensors of the checkpoint that nothing here uses. */
  unused: string[];
}

/**
 * @throws Error that names what is missing, or the tensor whose shape is not the one that config.json asks for
 */
export function loadPretrained(config: LanguageConfig, checkpoint: Checkpoint): Loaded {
  const names = namesOf[config.family];
  const file = withCurrentNames(checkpoint);
  const prefix = [...file.keys()].some((name) => name.startsWith(names.prefix)) ? names.prefix : '';
  const body = rowsOf(names.body, config).map(([ours, theirs, how]) => [ours, prefix + theirs, how] as const);
  const pooler = names.pooler.map(([ours, theirs, how]) => [ours, prefix + theirs, how] as const);

  expectAll(body, file);
  const parts = {
    pooler: pooler.length > 0 && pooler.every(([, theirs]) => file.has(theirs)),
    head: hasHead(names, file, config),
    untied: isUntied(names, file, prefix),
  };
  const rows = [...body, ...(parts.pooler ? pooler : []), ...(parts.head ? names.head : [])];
  if (parts.untied) rows.push(['head.token', names.untied!, '']);
  const values = new Map(rows.map((row) => [row[0], taken(row, file)] as const));
  expectShapes(config, parts, values, new Map(rows.map(([ours, theirs]) => [ours, theirs] as const)));
  const used = new Set(rows.map(([, theirs]) => theirs));
  const unused = [...file.keys()].filter((name) => !used.has(name) && !names.passedOver.test(name));
  return { values: new Map([...values].map(([name, { data }]) => [name, data] as const)), parts, unused };
}

/** Checkpoints of 2018 call a layer norm's gain and bias gamma and beta. */
const withCurrentNames = (checkpoint: Checkpoint): Checkpoint =>
  new Map(
    [...checkpoint].map(([name, tensor]) => [
      name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias'),
      tensor,
    ]),
  );

/** One row for each layer in place of each row with a `#`. */
function rowsOf(rows: readonly Row[], { layers, segments, embeddingWidth, width }: LanguageConfig): Row[] {
  const numbers = Array.from({ length: layers }, (_, layer) => String(layer));
  return rows
    .filter(([ours]) => ours !== 'embedding.segment' || segments > 0)
    .filter(([ours]) => !ours.startsWith('embedding.expand') || embeddingWidth !== width)
    .flatMap(([ours, theirs, how]): Row[] =>
      ours.includes('#')
        ? numbers.map((layer) => [ours.replace('#', layer), theirs.replace('#', layer), how] as const)
        : [[ours, theirs, how]],
    );
}

function expectAll(rows: readonly Row[], file: Checkpoint): void {
  const missing = [...new Set(rows.map(([, theirs]) => theirs))].filter((name) => !file.has(name));
  if (missing.length === 0) return;
  const more = missing.length > 4 ? ` and ${missing.length - 4} more` : '';
  throw new Error(
    `it lacks ${missing.slice(0, 4).join(', ')}${more}; it has ${[...file.keys()].slice(0, 3).join(', ')} …`,
  );
}

/** GPT-2's only head is its own embeddings. */
const hasHead = ({ head }: Names, file: Checkpoint, { family }: LanguageConfig): boolean =>
  family === 'gpt2' || (head.length > 0 && head.every(([, theirs]) => file.has(theirs)));

/** Whether the output layer has a matrix of its own: it is there and differs from the embeddings. */
function isUntied({ untied, body }: Names, file: Checkpoint, prefix: string): boolean {
  const own = untied === undefined ? undefined : file.get(untied);
  const table = file.get(prefix + body.find(([ours]) => ours === 'embedding.token')![1]);
  if (!own || !table) return false;
  return own.data.length !== table.data.length || own.data.some((value, at) => !Object.is(value, table.data[at]));
}

interface Taken {
  shape: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

function taken([, theirs, how]: Row, file: Checkpoint): Taken {
  const { shape, data } = file.get(theirs)!;
  if (how === '') return { shape, data: new Float32Array(data) };
  return how === 't' ? transposed(theirs, shape, data) : third(theirs, shape, data, how);
}

function transposed(who: string, shape: readonly number[], data: Float32Array): Taken {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2) throw new Error(`${who} must be a matrix, got the shape [${shape}]`);
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!;
  return { shape: [columns, rows], data: result };
}

/** Columns of the query, key or value in a packed [in, 3 · width] or [3 · width]. */
function third(who: string, shape: readonly number[], data: Float32Array, how: Exclude<How, '' | 't'>): Taken {
  const columns = shape.at(-1) ?? 0;
  if (columns === 0 || columns % 3 !== 0)
    throw new Error(`${who} must hold three parts of equal width, got the shape [${shape}]`);
  const [width, rows, from] = [columns / 3, data.length / columns, 'qkv'.indexOf(how)];
  const result = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    result.set(data.subarray(row * columns + from * width, row * columns + (from + 1) * width), row * width);
  return { shape: [...shape.slice(0, -1), width], data: result };
}

/** What the network that config.json describes declares is the truth about shapes. */
function expectShapes(
  config: LanguageConfig,
  parts: Loaded['parts'],
  values: ReadonlyMap<string, Taken>,
  theirs: ReadonlyMap<string, string>,
): void {
  for (const { name, shape } of traceLanguageModel(config, parts)) {
    const value = values.get(name);
    if (!value) throw new Error(`internal: no row of the table gives ${name}`);
    if (value.shape.join() !== shape.join())
      throw new Error(
        `${theirs.get(name)} must give ${name} the shape [${shape}] by config.json, but it gives [${value.shape}]`,
      );
  }
}
