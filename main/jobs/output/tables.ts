/** Results of a head as one file of numbers: NumPy, CSV or JSON. */
import type { Feed, Head } from '#main/recipes/recipe';
import { npyHeader } from './npy';
import { pieceFile, type Rows, type Writer } from './writer';

type Signature = Head['outputs'][string];

export async function npyWriter(path: string, count: number, { dtype, shape }: Signature): Promise<Writer> {
  const file = await pieceFile(path);
  await file.write(npyHeader(dtype, [count, ...shape]));
  return {
    ...file,
    add: ({ data }) => file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  };
}

/** One line for each item: its name, its class, its numbers in row-major order. */
export async function csvWriter(path: string, output: string, { shape }: Signature): Promise<Writer> {
  const file = await pieceFile(path);
  const size = shape.reduce((product, n) => product * n, 1);
  const columns = shape.length === 0 ? [output] : Array.from({ length: size }, (_, i) => `${output}_${i}`);
  await file.write(`${['item', 'label', ...columns].join(',')}\n`);
  return {
    ...file,
    add: ({ data, names, labels }) =>
      file.write(
        names.map((name, i) => `${quoted(name)},${quoted(labels[i]!)},${rowOf(data, i, size).join(',')}\n`).join(''),
      ),
  };
}

/** A list of { item, label?, <output>: nested numbers }. */
export async function jsonWriter(path: string, output: string, { shape }: Signature): Promise<Writer> {
  const file = await pieceFile(path);
  let first = true;
  await file.write('[');
  return {
    ...file,
    async add(rows) {
      const lines = recordsOf(rows, output, shape).map((record) => JSON.stringify(record));
      await file.write(`${first ? '\n' : ',\n'}${lines.join(',\n')}`);
      first = false;
    },
    async finish() {
      await file.write('\n]\n');
      return file.finish();
    },
  };
}

/** Each item's result with its name, as JSON and `values` show it. */
export function recordsOf(
  { data, names, labels }: Rows,
  output: string,
  shape: readonly number[],
): Record<string, unknown>[] {
  const size = shape.reduce((product, n) => product * n, 1);
  return names.map((item, i) => ({
    item,
    ...(labels[i] !== '' && { label: labels[i] }),
    [output]: nested(rowOf(data, i, size), shape),
  }));
}

const rowOf = (data: Feed, i: number, size: number): number[] => Array.from(data.subarray(i * size, (i + 1) * size));

function nested(values: number[], shape: readonly number[]): unknown {
  const [first, ...rest] = shape;
  if (first === undefined) return values[0];
  if (rest.length === 0) return values;
  const size = values.length / first;
  return Array.from({ length: first }, (_, i) => nested(values.slice(i * size, (i + 1) * size), rest));
}

/** RFC 4180. */
const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
