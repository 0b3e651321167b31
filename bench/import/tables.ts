/** The tables that are imported: a large one made by rule, and the public one of credit-card payments. */

import { createWriteStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Stream, stream } from '#main/engine';

export interface BenchTable {
  id: string;
  title: string;
  /** How often each way of reading it takes its turn. */
  rounds: number;
  /** Gives the path of the file, written into `folder` where it is made; undefined where it cannot be had here. */
  make(folder: string): Promise<string | undefined>;
}

const columns = 30;
const categories = ['card', 'transfer', 'cash', 'cheque', 'debit'];
/** Rows that are drawn and written at once. */
const piece = 10_000;

export function tables(quick: boolean): BenchTable[] {
  const rows = quick ? 100_000 : 1_000_000;
  return [
    {
      id: 'generated',
      title: `${rows.toLocaleString('en')} rows × ${columns} columns, made by rule`,
      rounds: quick ? 1 : 3,
      async make(folder) {
        const file = join(folder, 'generated.csv');
        await pipeline(Readable.from(linesOf(rows)), createWriteStream(file));
        return file;
      },
    },
    {
      id: 'creditcard',
      title: 'credit-card payments of 2013 (the sample of 861 rows × 32 columns)',
      rounds: quick ? 3 : 15,
      async make() {
        const shared = process.env['PRETEXT_DATA'] ?? resolve('..', 'shared', 'data');
        const file = join(shared, 'tables', 'creditcard-fraud', 'creditcard_sample.csv');
        return existsSync(file) ? file : undefined;
      },
    },
  ];
}

/**
 * As tables of payments are: 26 measurements of five digits after the point (one in 200 of them missing), an amount, a
 * count, a word of five, and a rare label.
 */
export function* linesOf(rows: number): Generator<string> {
  const names = Array.from({ length: columns - 4 }, (_, i) => `v${i + 1}`);
  yield `${[...names, 'amount', 'count', 'kind', 'class'].join(',')}\n`;
  for (let from = 0; from < rows; from += piece) {
    const random = stream(1).split(from);
    yield linesAt(random, Math.min(piece, rows - from));
  }
}

function linesAt(random: Stream, rows: number): string {
  const width = columns - 4;
  const values = random.split('values').normal(rows * width);
  const missing = random.split('missing').uniform(rows * width);
  const amounts = random.split('amounts').normal(rows);
  const counts = random.split('counts').integers(rows, 1000);
  const kinds = random.split('kinds').integers(rows, categories.length);
  const labels = random.split('labels').uniform(rows);
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let c = row * width; c < (row + 1) * width; c++)
      text += missing[c]! < 0.005 ? ',' : `${values[c]!.toFixed(5)},`;
    const amount = Math.exp(3 + amounts[row]!).toFixed(2);
    text += `${amount},${counts[row]},${categories[kinds[row]!]},${labels[row]! < 0.002 ? 'fraud' : 'normal'}\n`;
  }
  return text;
}
