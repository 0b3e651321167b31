/** A newcomer with a table: drop a CSV, train the detector, move the line, take the flagged rows and the report out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { ask, drop, patience, type Started, startApp } from '#test/e2e/app';
import { cards, cardsHeader } from '../../scripts/samples/cards.mjs';

let started: Started;
const page = () => started.page;
const poll = { timeout: patience, interval: 200 };
const newest = async () => (await ask<Run[]>(page(), 'runs.list'))[0];

beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

/** Where the next dialog that asks for a place to save at says to. */
const saveAt = (path: string) =>
  started.app.evaluate(({ dialog }, to) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: to });
  }, path);

test('a CSV dropped on the window is inspected and becomes a table with its label column', async () => {
  const path = join(started.folder, 'payments.csv');
  writeFileSync(path, cards());
  await drop(page(), path);
  await page().getByText('limit_used').first().waitFor();
  await page().getByRole('button', { name: 'Import' }).click();
  await expect
    .poll(
      async () => (await ask<Dataset[]>(page(), 'datasets.list')).find(({ name }) => name === 'payments')?.classes,
      poll,
    )
    .toEqual(['fraud', 'normal']);
});

test('the detector trains on it from the form', async () => {
  const dataset = (await ask<Dataset[]>(page(), 'datasets.list')).find(({ name }) => name === 'payments')!;
  await page().evaluate((id) => {
    location.hash = `#/new?recipe=anomaly-autoencoder&data=${id}`;
  }, dataset.id);
  await page()
    .getByRole('button', { name: /^Start/ })
    .click();
  await expect.poll(async () => (await newest())?.status, { ...poll, timeout: 2 * patience }).toBe('finished');
  await page().getByRole('button', { name: 'Open anomalies' }).click();
});

test('moving the line changes the counts at once, and it can be put back', async () => {
  const line = page().getByRole('slider', { name: 'Threshold' });
  await line.waitFor();
  const flagged = () => page().locator('.four').innerText();
  const before = await flagged();
  await line.focus();
  for (let i = 0; i < 3; i++) await page().keyboard.press('PageUp');
  await expect.poll(flagged, poll).not.toBe(before);
  await page().getByRole('button', { name: 'Put the line back' }).click();
  await page().getByLabel('normal items, quantile').check();
  await expect.poll(flagged, poll).toBe(before);
});

test('the flagged rows are exported as CSV, with the columns of the table', async () => {
  const to = join(started.folder, 'flagged.csv');
  await saveAt(to);
  await page().getByRole('button', { name: 'Export CSV' }).click();
  await page()
    .getByRole('menuitem', { name: /^Flagged items/ })
    .click();
  await page()
    .getByText(/^Saved \d+ items?/)
    .waitFor();
  const [head, ...rows] = readFileSync(to, 'utf8').trim().split('\n');
  expect(head).toBe(`item,split,label,kind,score,flagged,${cardsHeader.replace(/,class$/, '')}`);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => row.split(',')[5] === '1')).toBe(true);
  const scores = rows.map((row) => Number(row.split(',')[4]));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

test('the report with the figures of the detector is exported as PDF', async () => {
  const run = (await newest())!;
  await page().getByRole('button', { name: 'Copy to report' }).click();
  await expect
    .poll(async () => (await ask<unknown[]>(page(), 'runs.evaluations', { run: run.id })).length, poll)
    .toBe(1);
  const to = join(started.folder, 'report.pdf');
  await ask(page(), 'reports.export', { runs: [run.id], to });
  expect(readFileSync(to).subarray(0, 5).toString()).toBe('%PDF-');
  expect(started.complaints).toEqual([]);
});
