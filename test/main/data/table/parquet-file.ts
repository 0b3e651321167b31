/**
 * Writes small Parquet files for tests, so that none need be kept as bytes: one row group, one plain page for each
 * column, no compression (https://parquet.apache.org/docs/file-format). Headers are Thrift's compact protocol.
 */
export interface ParquetColumn {
  /** More than one name: a field of a group. */
  path: [string] | [string, string];
  /** Numbers as DOUBLE, words as BYTE_ARRAY that holds UTF-8. */
  values: number[] | string[];
}

const [int32, int64, binary, list, struct] = [5, 6, 8, 9, 12];
type Field = [id: number, type: number, bytes: Buffer];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}
const whole = (value: number) => varint(value * 2); // zigzag; none is negative
const text = (value: string) => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
const int = (id: number, value: number): Field => [id, int32, whole(value)];
const long = (id: number, value: number): Field => [id, int64, whole(value)];
const word = (id: number, value: string): Field => [id, binary, text(value)];
const inner = (id: number, fields: Field[]): Field => [id, struct, structOf(fields)];
const many = (id: number, type: number, items: Buffer[]): Field => [
  ...([id, list] as const),
  Buffer.concat([
    Buffer.from(items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, items.length]),
    ...items,
  ]),
];

function structOf(fields: Field[]): Buffer {
  let last = 0;
  const parts = fields.map(([id, type, bytes]) => {
    const head = Buffer.from([((id - last) << 4) | type]);
    last = id;
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

const [double, byteArray] = [5, 6];
const typeOf = ({ values }: ParquetColumn) => (typeof values[0] === 'string' ? byteArray : double);

function plain({ values }: ParquetColumn): Buffer {
  return Buffer.concat(
    values.map((value) => {
      if (typeof value === 'number') {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value);
        return bytes;
      }
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(value));
      return Buffer.concat([length, Buffer.from(value)]);
    }),
  );
}

function schemaOf(columns: readonly ParquetColumn[]): Buffer[] {
  const tops = [...new Set(columns.map(({ path }) => path[0]))];
  const leaf = (column: ParquetColumn) =>
    structOf([
      ...[int(1, typeOf(column)), int(3, 0), word(4, column.path.at(-1)!)],
      ...(typeOf(column) === byteArray ? [int(6, 0)] : []),
    ]);
  const below = tops.flatMap((top) => {
    const mine = columns.filter(({ path }) => path[0] === top);
    if (mine[0]!.path.length === 1) return mine.map(leaf);
    return [structOf([int(3, 0), word(4, top), int(5, mine.length)]), ...mine.map(leaf)];
  });
  return [structOf([word(4, 'schema'), int(5, tops.length)]), ...below];
}

/** All columns are required and equally long; fields of one group stand beside each other. */
export function parquet(columns: readonly ParquetColumn[]): Buffer {
  const rows = columns[0]!.values.length;
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let offset = 4;
  const chunks = columns.map((column) => {
    const data = plain(column);
    const page = inner(5, [int(1, rows), int(2, 0), int(3, 3), int(4, 3)]);
    const header = structOf([int(1, 0), int(2, data.length), int(3, data.length), page]);
    const size = header.length + data.length;
    const facts = [
      ...[int(1, typeOf(column)), many(2, int32, [whole(0)]), many(3, binary, column.path.map(text)), int(4, 0)],
      ...[long(5, rows), long(6, size), long(7, size), long(9, offset)],
    ];
    parts.push(header, data);
    const chunk = structOf([long(2, offset), inner(3, facts)]);
    offset += size;
    return chunk;
  });
  const group = structOf([many(1, struct, chunks), long(2, offset - 4), long(3, rows)]);
  const footer = structOf([int(1, 1), many(2, struct, schemaOf(columns)), long(3, rows), many(4, struct, [group])]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')]);
}
