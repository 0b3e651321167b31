/** From a step of a slider of the latent explorer to the picture that it decodes to, in the real window. */
import type { Page } from 'playwright-core';
import type { Dataset } from '#app/records/dataset';
import { ask, startApp } from '#test/e2e/app';
import type { LatentWindow } from '../projector/result';
import { go, resize, train, until } from './app';
import { spans } from './spans';

interface Watch {
  from: number;
  picture: number;
  all: number;
}
type Watched = { latency: Watch };
/** What the explorer calls the picture of the code as it is. */
const shown = 'decoded from the code as it is now';

/** Puts the watch into the page: it sees every canvas that is painted, and tells when the frame of it is done. */
async function install(page: Page): Promise<void> {
  await page.evaluate((shown) => {
    const watch: Watch = { from: 0, picture: 0, all: 0 };
    Object.assign(window, { latency: watch });
    document.addEventListener(
      'input',
      (event) => Object.assign(watch, { from: event.timeStamp, picture: 0, all: 0 }),
      true,
    );
    const after = (done: (at: number) => void) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(undefined); // its turn comes once the frame is done
      });
    const seen = (canvas: HTMLCanvasElement) => {
      const from = watch.from;
      const isPicture = canvas.getAttribute('aria-label') === shown;
      after((at) => {
        if (from !== watch.from) return;
        if (isPicture && watch.picture === 0) watch.picture = at;
        watch.all = at;
      });
    };
    const { putImageData, drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
      seen(this.canvas);
      return putImageData.apply(this, args as never);
    };
    CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
      if (this.canvas.isConnected) seen(this.canvas);
      return drawImage.apply(this, args as never);
    };
  }, shown);
}

const settled = 450; // ms after a press, in which everything has followed
const recipe = 'autoencoder';

/** A tiny auto-encoder of the sample digits on the CPU, its first slider pressed to and fro. */
export async function measureLatent(presses: number, steps: number): Promise<LatentWindow> {
  const started = await startApp();
  const { page } = started;
  try {
    let digits: Dataset | undefined;
    await until(async () => {
      digits = (await ask<Dataset[]>(page, 'datasets.list')).find(({ count }) => count > 0);
      return digits !== undefined;
    });
    const run = await train(page, { recipe, dataset: digits!.id, preset: 'tiny', steps, device: 'cpu' });
    await resize(started, 1440, 900);
    await go(page, `/explore/latent?run=${run.id}`);
    const slider = page.locator('input[type=range][aria-label^="z"]').first();
    await slider.focus();
    await page.waitForTimeout(3000); // the first sheet and plane
    await install(page);
    const [picture, all]: [number[], number[]] = [[], []];
    for (let press = 0; press < presses; press++) {
      await page.keyboard.press(press % 8 < 4 ? 'ArrowRight' : 'ArrowLeft');
      await page.waitForTimeout(settled);
      const seen = await page.evaluate(() => (window as unknown as Watched).latency);
      if (seen.picture === 0) throw new Error(`no picture came within ${settled} ms of a press`);
      picture.push(seen.picture - seen.from);
      all.push(seen.all - seen.from);
    }
    const dimensions = Number(run.config['bottleneck']);
    return { recipe, device: run.device ?? 'unknown', dimensions, presses, picture: spans(picture), all: spans(all) };
  } finally {
    await started.close();
  }
}
