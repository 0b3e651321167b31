/** Writes what a run says where readers look for it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { chart } from './chart';
import type { BenchResult } from './report';
import { table } from './table';

export function saveReports(result: BenchResult): void {
  mkdirSync('docs/images', { recursive: true });
  writeFileSync('docs/bench.md', table(result));
  writeFileSync('docs/images/bench.svg', chart(result));
  console.log('Written to docs/bench.md and docs/images/bench.svg');
}
