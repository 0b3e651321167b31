/** The part of docs/bench.md that says how tables are brought in. */

import { between, mebibytes } from '../report';
import { figuresOf, type ImportResult } from './rounds';

const head = [
  'table',
  'file',
  'plain reading, s',
  'import, s',
  'times as long',
  'rows/s',
  'memory of the import, peak (idle)',
];
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function page({ date, machine, tables }: ImportResult): string {
  const rows = tables.map((table) => {
    const { read, import: time, ratio, rowsPerSecond, peak, idle } = figuresOf(table);
    return line([
      table.title,
      mebibytes(table.bytes),
      between(read),
      between(time),
      between(ratio, (value) => value.toFixed(0)),
      between(rowsPerSecond, (value) => value.toFixed(0)),
      `${mebibytes(peak)} (${mebibytes(idle)})`,
    ]);
  });
  return `## Import of tables

Each table is read plainly (its bytes, looked at by nobody) and imported, in turns, each time in a process of its own;
the file is in the system's cache. An import reads the text twice (to learn what the columns are, then to write the
numbers), hashes every row, draws the splits, and has the blobs safe on the disk. Median (range) of
${[...new Set(tables.map(({ rounds }) => rounds.length))].join(' and ')} rounds.

${[line(head), line(head.map(() => '---')), ...rows].join('\n')}

${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${date.slice(0, 10)}. Once more: \`npm run bench -- import\`.`;
}
