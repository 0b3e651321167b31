/** What every part of the bench that works in the real window does first: data in, a run trained, the screen as wanted. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Dataset, ImportOptions } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { ask, type Started } from '#test/e2e/app';

export async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(200);
}

/** Imports files; resolves with the data set once it holds its items. */
export async function importData(page: Page, sources: string[], options: ImportOptions): Promise<Dataset> {
  const { dataset } = await ask<{ dataset: string }>(page, 'datasets.import', { sources, options });
  let found: Dataset | undefined;
  await until(async () => {
    found = (await ask<Dataset[]>(page, 'datasets.list')).find(({ id, count }) => id === dataset && count > 0);
    return found !== undefined;
  });
  return found!;
}

/** Trains to the end. @throws where the run failed */
export async function train(page: Page, what: Record<string, unknown>): Promise<Run> {
  const { id } = await ask<Run>(page, 'runs.start', what);
  let run: Run | undefined;
  await until(async () => {
    run = await ask<Run>(page, 'runs.get', { run: id });
    if (run.status === 'failed') throw new Error(`the run failed: ${run.error}`);
    return run.status === 'finished';
  });
  return run!;
}

/** Sizes the window's content, in CSS pixels. */
export async function resize({ app, page }: Started, width: number, height: number): Promise<void> {
  const title = await page.title();
  await app.evaluate(
    ({ BrowserWindow }, [title, width, height]) =>
      BrowserWindow.getAllWindows()
        .find((one) => one.getTitle() === title)
        ?.setContentSize(width as number, height as number),
    [title, width, height] as const,
  );
  await page.waitForFunction((width) => innerWidth === width, width);
}

export const go = (page: Page, address: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, address);
