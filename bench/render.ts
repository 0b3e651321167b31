/** `npm run bench -- report [files]`: table and chart again, from the results of one run or of several parts. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from './report';
import { merged } from './results';
import { saveReports } from './save';

const FOLDER = 'bench/results';

function latest(): string {
  const dated = readdirSync(FOLDER).filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name));
  const last = dated.sort().at(-1);
  if (!last) throw new Error(`report: ${FOLDER} holds no results yet; run npm run bench first`);
  return join(FOLDER, last);
}

const named = process.argv.slice(2);
const files = named.length > 0 ? named : [latest()];
saveReports(merged(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as BenchResult)));
