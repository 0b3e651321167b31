/** `npm run bench -- import [--quick]`: how fast tables are brought in, and in how much memory, beside plain reading. */

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { page } from './import/page';
import { type ImportResult, measureTable, showTable, type TableTimes } from './import/rounds';
import { tables } from './import/tables';
import { savePart } from './save';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`);

const folder = mkdtempSync(join(tmpdir(), 'pretext-bench-'));
try {
  const measured: TableTimes[] = [];
  for (const { id, title, make, rounds } of tables(options.quick)) {
    const file = await make(folder);
    if (file === undefined) {
      console.log(`  SKIPPED: ${title}: it is not there (PRETEXT_DATA names the folder of public data sets)`);
      continue;
    }
    const bytes = statSync(file).size;
    const table = { id, title, bytes, rounds: await measureTable(file, folder, rounds) };
    showTable(table);
    measured.push(table);
  }
  const result: ImportResult = { date: new Date().toISOString(), quick: options.quick, machine, tables: measured };
  mkdirSync('bench/results', { recursive: true });
  const name = `import-${result.date.slice(0, 10)}${options.quick ? '-quick' : ''}.json`;
  writeFileSync(join('bench/results', name), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`Written to bench/results/${name}`);
  if (!options.quick) savePart('import', page(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
