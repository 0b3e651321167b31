/** Writes what a run says where readers look for it: docs/bench.md, whose standing parts outlive a new table. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chart } from './chart';
import { partsOf, withPart } from './parts';
import type { BenchResult } from './report';
import { table } from './table';

const page = 'docs/bench.md';
const old = (): string => (existsSync(page) ? readFileSync(page, 'utf8') : '');

export function saveReports(result: BenchResult): void {
  mkdirSync('docs/images', { recursive: true });
  writeFileSync(page, [table(result).trimEnd(), ...partsOf(old())].join('\n\n').concat('\n'));
  writeFileSync('docs/images/bench.svg', chart(result));
  console.log(`Written to ${page} and docs/images/bench.svg`);
}

/** One part of the page; the others and the table stay as they are. */
export function savePart(name: string, text: string): void {
  mkdirSync('docs', { recursive: true });
  writeFileSync(page, withPart(old(), name, text));
  console.log(`Written to ${page}`);
}
