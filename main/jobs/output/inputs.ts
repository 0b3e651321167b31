/** What a head is given: items of a data set, picture files, numbers from a file, or chance. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { PretextError } from '#app/contract';
import { isTable, type TableDataset } from '#app/records/dataset';
import { decodeImageFiles, openNewRows } from '#main/data';
import { stream } from '#main/engine';
import type { Feeds, Head } from '#main/recipes/recipe';
import { expectImages, expectSameKind, openItems } from '../items';
import type { Model } from '../model';
import type { Tasks } from '../protocol';
import { expectSettings } from '../settings';
import { readNpy } from './npy';

type Ask = Tasks['apply']['ask'];

export interface InputBatch {
  feeds: Feeds;
  names: string[];
  labels: string[];
}
export interface Source {
  count: number;
  batches(size: number): AsyncIterable<InputBatch>;
  close(): void;
}

/** A head that draws by chance makes this many when no number is given: a sheet of 4 × 4. */
const drawnByDefault = 16;

export async function sourceOf(head: Head, model: Model, ask: Ask, check: () => void): Promise<Source> {
  expectSettings(ask.head, ask.config, head.draw ? ['seed'] : []);
  if (head.draw) return drawn(head, ask, model);
  if (Object.keys(head.inputs).join() !== 'x') return numbers(head, model, ask);
  return ask.inputs ? files(model, ask.inputs, ask.limit, check) : dataItems(model, ask);
}

function drawn(head: Head, { limit, config, head: id }: Ask, { run }: Model): Source {
  const count = limit ?? drawnByDefault;
  const seed = typeof config['seed'] === 'number' ? config['seed'] : run.seed;
  const feeds = head.draw!(count, stream(seed).split('apply').split(id));
  const names = Array.from({ length: count }, (_, i) => `${id}-${String(i + 1).padStart(4, '0')}`);
  return whole(feeds, names);
}

function dataItems({ items: own }: Model, { data, split = 'test', items: chosen, limit, folders, head }: Ask): Source {
  const dataset = data ?? own.dataset;
  expectSameKind(head, dataset, own.dataset);
  const items = openItems(folders.objects, dataset, own.dataset);
  const count = Math.min(chosen?.length ?? items.count(split), limit ?? Number.POSITIVE_INFINITY);
  if (count === 0) {
    items.close();
    throw new PretextError(`${head}: the ${split} split of ${dataset.name} must hold items, got none`, {
      advice: 'Choose another split.',
    });
  }
  return {
    count,
    async *batches(size) {
      const batches = chosen ? items.chosen(chosen.slice(0, count), size) : items.batches(split, size, count);
      for await (const { x, labels, indices } of batches)
        yield {
          feeds: { x },
          names: Array.from(indices, String),
          labels: Array.from(labels, (label) => dataset.classes[label] ?? ''),
        };
    },
    close: () => items.close(),
  };
}

async function files(model: Model, paths: string[], limit: number | undefined, check: () => void): Promise<Source> {
  return isTable(model.items.dataset)
    ? rowFile(model.items.dataset, paths, limit, check)
    : pictureFiles(model, paths, limit, check);
}

/** The rows of one file, each named by its number. */
async function rowFile(
  { table }: TableDataset,
  [path, ...more]: string[],
  limit: number | undefined,
  check: () => void,
): Promise<Source> {
  if (path === undefined || more.length > 0)
    throw new PretextError(`apply: a run of a table takes the rows of one file, got ${more.length + 1} files`, {
      kind: 'usage',
      advice: 'Name one CSV, TSV, JSON Lines, Parquet, ARFF or npz file.',
    });
  const { count, batches, close } = await openNewRows(path, table.columns, { limit, check });
  return {
    count,
    async *batches(size) {
      for await (const { x, labels, rows } of batches(size)) yield { feeds: { x }, names: rows.map(String), labels };
    },
    close,
  };
}

async function pictureFiles(
  { items }: Model,
  paths: string[],
  limit: number | undefined,
  check: () => void,
): Promise<Source> {
  const { x, names, problems } = await decodeImageFiles(paths, expectImages('apply', items.dataset).image, check);
  // A file named by the user must be read or told of; it may not just be missing from the result.
  const [first] = problems;
  if (first)
    throw new PretextError(
      `${first.file}: ${first.reason}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
      {
        advice: 'Leave these files out, or convert them to PNG.',
      },
    );
  const count = Math.min(names.length, limit ?? names.length);
  return whole({ x: x.subarray(0, (x.length / names.length) * count) }, names.slice(0, count));
}

/** Numbers for a head that takes no pictures, such as maps of codes: rows of a .json, .csv or .npy file. */
async function numbers(head: Head, { run, system }: Model, { inputs, limit, head: id }: Ask): Promise<Source> {
  const [[name, { dtype, shape }] = ['', { dtype: 'float32', shape: [] }] as const, ...more] = Object.entries(
    head.inputs,
  );
  const size = shape.reduce((product: number, n: number) => product * n, 1);
  if (!inputs && size === 1 && dtype === 'int32') return everyCode(name, Number(system.config['codebookSize']), limit);
  if (!inputs || more.length > 0)
    throw new PretextError(
      `${id}: this head of run ${run.id} takes numbers (${Object.keys(head.inputs).join(', ')}), got none`,
      {
        kind: 'usage',
        advice: `Name a .json, .csv or .npy file with ${size} numbers (${shape.join(' × ')}) for each item with --input.`,
      },
    );
  const all = (await Promise.all(inputs.map(readNumbers))).flat();
  const count = all.length / size;
  if (!Number.isInteger(count) || count < 1)
    throw new PretextError(
      `${id}: ${size} numbers (${shape.join(' × ')}) are needed for each item, got ${all.length}`,
      {
        kind: 'usage',
        advice: 'Check the input file.',
      },
    );
  const top = Number(system.config['codebookSize']);
  const bad = dtype === 'int32' ? all.find((n) => !Number.isInteger(n) || n < 0 || n >= top) : undefined;
  if (bad !== undefined)
    throw new PretextError(`${id}: codes must be whole numbers in [0, ${top - 1}], got ${bad}`, { kind: 'usage' });
  const kept = all.slice(0, size * Math.min(count, limit ?? count));
  const data = dtype === 'int32' ? Int32Array.from(kept) : Float32Array.from(kept);
  return whole(
    { [name]: data },
    Array.from({ length: data.length / size }, (_, i) => `${id}-${String(i + 1).padStart(4, '0')}`),
  );
}

function everyCode(name: string, size: number, limit = size): Source {
  const codes = Int32Array.from({ length: Math.min(limit, size) }, (_, k) => k);
  return whole({ [name]: codes }, Array.from(codes, String));
}

async function readNumbers(path: string): Promise<number[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new PretextError(`${path}: cannot be read: ${(error as Error).message}`, { kind: 'usage', cause: error });
  });
  const values = extname(path) === '.npy' ? readNpy(bytes, path).values : textNumbers(bytes.toString('utf8'));
  if (values.length > 0 && values.every((value) => Number.isFinite(value))) return values;
  throw new PretextError(`${path}: must hold numbers only`, {
    kind: 'usage',
    advice: 'Give a .npy array, a .csv of numbers, or a .json list of numbers.',
  });
}

/** JSON of any nesting, or what `apply … codes --output FILE.json` or `.csv` wrote, or bare numbers. */
function textNumbers(text: string): number[] {
  if (/^\s*[[{]/.test(text)) return deepNumbers(parseJson(text));
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const isTable = head.startsWith('item,label,');
  const rows = isTable
    ? lines.map((line) => line.replace(/^("(?:[^"]|"")*"|[^,]*),("(?:[^"]|"")*"|[^,]*),/, ''))
    : [head, ...lines];
  return rows.flatMap((row) =>
    row
      .split(/[\s,;]+/)
      .filter((part) => part !== '')
      .map(Number),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const deepNumbers = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : Array.isArray(value)
      ? value.flatMap(deepNumbers)
      : typeof value === 'object' && value !== null
        ? Object.values(value)
            .filter((inner) => typeof inner === 'object')
            .flatMap(deepNumbers)
        : [Number.NaN];

/** Everything at once, cut into batches. */
function whole(feeds: Feeds, names: string[]): Source {
  const count = names.length;
  return {
    count,
    async *batches(size) {
      for (let from = 0; from < count; from += size) {
        const to = Math.min(from + size, count);
        const cut = Object.entries(feeds).map(([name, data]) => {
          const length = data.length / count;
          return [name, data.subarray(from * length, to * length)] as const;
        });
        const some = names.slice(from, to);
        yield { feeds: Object.fromEntries(cut), names: some, labels: some.map(() => '') };
      }
    },
    close: () => {},
  };
}
