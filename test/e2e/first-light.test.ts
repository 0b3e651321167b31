/** A newcomer's path through the real window: look, drop a folder, train, crash, recover, look inside, report. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { ask, drop, patience, type Started, startApp } from '#test/e2e/app';

let started: Started;
const page = () => started.page;
const newest = async () => (await ask<Run[]>(page(), 'runs.list'))[0]!;
const poll = { timeout: patience, interval: 200 };
const status = (wanted: RegExp) => expect.poll(async () => (await newest()).status, poll).toMatch(wanted);

beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

/** 60 pictures in two classes, one of them cut short, in a folder whose path has blanks and Chinese characters. */
async function pictureFolder(): Promise<string> {
  const folder = join(started.folder, '我的 图片 folder');
  for (const [kind, name] of ['圆 round', 'striped'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 30; i++) {
      const pixels = Uint8Array.from({ length: 28 * 28 }, (_, at) => {
        const [y, x] = [Math.floor(at / 28) - 14, (at % 28) - 14];
        const inside = kind === 0 ? x * x + y * y < (4 + (i % 8)) ** 2 : (x + y + 56 + i) % 8 < 4;
        return inside ? 255 : (at * 37 + i * 11) % 40;
      });
      const png = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
        .png()
        .toBuffer();
      writeFileSync(join(folder, name, `${i}.png`), i === 7 && kind === 0 ? png.subarray(0, png.length / 2) : png);
    }
  }
  return folder;
}

test('opens on the sample project with its data', async () => {
  await expect
    .poll(async () => (await ask<Dataset[]>(page(), 'datasets.list')).map(({ count }) => count), poll)
    .toEqual([10_000]);
  await page().getByText('Start with your data').waitFor();
  await page()
    .getByRole('link', { name: /digits/ })
    .waitFor();
});

test('a folder dropped on the window becomes a data set; the picture that is cut short is named', async () => {
  await drop(page(), await pictureFolder());
  await page().getByRole('button', { name: 'Import' }).click();
  await page().getByRole('button', { name: 'Show the problems' }).click();
  await page().getByText('7.png').first().waitFor();
  const [dataset] = (await ask<Dataset[]>(page(), 'datasets.list')).filter(({ format }) => format === 'folder');
  expect(dataset).toMatchObject({ count: 59, classes: ['striped', '圆 round'], problemCount: 1 });
});

test('a run starts from the form, and its curve moves', async () => {
  await page().getByRole('link', { name: 'New run' }).click();
  await page()
    .getByTitle(/^Encodes a picture as a small map of codes, each/)
    .click();
  await page().getByLabel('Data set').selectOption({ label: 'digits · v1' });
  await page().getByRole('radiogroup', { name: 'Preset' }).getByText('tiny').click();
  await page()
    .getByRole('button', { name: /^Start/ })
    .click();
  await page()
    .getByRole('heading', { name: /vq-vae/ })
    .waitFor();
  await status(/running/);
  await expect.poll(async () => (await newest()).step, poll).toBeGreaterThan(5);
  const curves = () =>
    page()
      .locator('section.chart svg path')
      .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')).join());
  const before = await curves();
  await expect.poll(curves, poll).not.toBe(before);
});

test('pauses and goes on', async () => {
  await page()
    .getByRole('button', { name: /^Pause/ })
    .click();
  await status(/paused/);
  await page().getByText('Paused').first().waitFor();
  const { step } = await newest();
  await page()
    .getByRole('button', { name: /^Resume/ })
    .click();
  await status(/running/);
  await expect.poll(async () => (await newest()).step, poll).toBeGreaterThan(step);
});

test('a job host that is killed leaves the window alone; the run is interrupted, and resumes', async () => {
  await expect
    .poll(async () => (await ask<unknown[]>(page(), 'runs.checkpoints', { run: 'last' })).length, poll)
    .toBeGreaterThan(0);
  const killed = await started.app.evaluate(({ app }) => {
    // Each host is a utility process; the one that trains is the youngest.
    const hosts = app.getAppMetrics().filter(({ type, name }) => type === 'Utility' && /job host/.test(name ?? ''));
    const youngest = hosts.sort((a, b) => b.creationTime - a.creationTime)[0];
    if (youngest) process.kill(youngest.pid, 'SIGKILL');
    return youngest?.pid;
  });
  expect(killed).toBeGreaterThan(0);
  await status(/interrupted/);
  await page().getByText('Interrupted').first().waitFor();
  await page()
    .getByRole('button', { name: /^Resume/ })
    .click();
  await status(/running/);
  const { step } = await newest();
  await expect.poll(async () => (await newest()).step, poll).toBeGreaterThan(step);
});

test('the codebook opens while the run trains; a painted cell is decoded, and undone', async () => {
  const run = await newest();
  await page().getByRole('link', { name: 'Codebook' }).first().click();
  const codes = page().getByLabel('Codes', { exact: true });
  await codes.click({ position: { x: 20, y: 20 } });
  await page()
    .getByText(/Where code \d+ fires/)
    .waitFor();
  const map = page().getByLabel(/^Code map/);
  await map.click({ position: { x: 30, y: 30 } });
  await page()
    .getByText(/\d cells? changed/)
    .waitFor();
  await page().keyboard.press('Control+z');
  await page().getByText('Press and drag to paint.').waitFor();
  expect((await ask<Run>(page(), 'runs.get', { run: run.id })).status).toBe('running');
});

test('stops within the run view after a question, and keeps its checkpoint', async () => {
  await page()
    .getByRole('link', { name: /vq-vae/ })
    .first()
    .click();
  await page().getByRole('button', { name: 'Stop' }).click();
  await page().getByRole('dialog').getByRole('button', { name: /Stop/ }).click();
  await status(/cancelled/);
  const { id, step } = await newest();
  const kept = await ask<{ step: number }[]>(page(), 'runs.checkpoints', { run: id });
  expect(Math.max(...kept.map((checkpoint) => checkpoint.step))).toBe(step);
});

test.each(['html', 'pdf', 'md'])('the report is exported as %s', async (format) => {
  const to = join(started.folder, `report.${format}`);
  await started.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, to);
  await page().getByRole('link', { name: 'Report' }).first().click();
  const words = { html: 'HTML', pdf: 'PDF', md: 'Markdown' }[format]!;
  await page().getByRole('radiogroup', { name: 'Format' }).getByText(words).click();
  await page()
    .getByRole('button', { name: /^Export/ })
    .click();
  await expect.poll(() => existsSync(to), poll).toBe(true);
  const bytes = readFileSync(to);
  if (format === 'pdf') expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  else expect(bytes.toString()).toContain((await newest()).datasetHash.slice(0, 12));
});

test('a refused call says so in words, and nothing was complained about', async () => {
  await expect(ask(page(), 'runs.start', { recipe: 'vq-vea', dataset: 'digits' })).rejects.toThrow(/vq-vae/);
  await expect(
    ask(page(), 'runs.start', { recipe: 'vq-vae', dataset: 'digits', config: { codebookSize: 0 } }),
  ).rejects.toThrow(/codebookSize.*2/);
  expect(started.complaints).toEqual([]);
});
