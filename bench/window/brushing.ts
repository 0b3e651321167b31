/** How long after the hand lets go of a lasso the picture, and all that is linked with it, show the selection. */
import type { Page } from 'playwright-core';
import type { Brushing } from '../projector/result';
import { spans } from './spans';

interface Watch {
  drawn: number[];
  shown: number[];
}
type Watched = { brushing: Watch };

/** Puts the watch into the page: it hears every pointer that is let go of. */
async function install(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch: Watch = { drawn: [], shown: [] };
    Object.assign(window, { brushing: watch });
    const channel = new MessageChannel();
    let from = 0;
    channel.port1.onmessage = () => watch.drawn.push(performance.now() - from);
    addEventListener('pointerup', (event) => {
      from = event.timeStamp;
      requestAnimationFrame(() => channel.port2.postMessage(undefined)); // its turn comes once the frame is done
    });
    const observer = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'pointerup') watch.shown.push(duration);
    });
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** Draws lassos of several sizes and places around the middle, one after another. */
export async function measureBrushing(page: Page, times: number): Promise<Brushing> {
  await install(page);
  const plot = page.getByRole('application');
  const box = (await plot.boundingBox())!;
  const selected: number[] = [];
  for (let time = 0; time < times; time++) {
    const radius = box.height * (0.08 + 0.3 * ((time % 5) / 4));
    const turn = (time * 2 * Math.PI) / 7;
    const middle = [
      box.x + box.width / 2 + 0.1 * box.width * Math.cos(turn),
      box.y + box.height / 2 + 0.1 * box.height * Math.sin(turn),
    ] as const;
    await lasso(page, middle, radius);
    await page.waitForFunction(
      (wanted) => (window as unknown as { brushing: { drawn: number[] } }).brushing.drawn.length === wanted,
      time + 1,
    );
    selected.push(
      Number((await plot.getAttribute('aria-label'))!.match(/([\d\s\u2009]+) selected/)![1]!.replace(/\D/g, '')),
    );
    await page.waitForTimeout(250); // what is linked settles: thumbnails, neighbours
  }
  if (Math.min(...selected) === 0) throw new Error('a lasso of the bench selected nothing');
  const { drawn, shown } = await page.evaluate(() => (window as unknown as Watched).brushing);
  // Below 16 ms Event Timing says nothing: those count as 16.
  const padded = [...shown, ...new Array<number>(Math.max(0, times - shown.length)).fill(16)];
  return { times, selected: [Math.min(...selected), Math.max(...selected)], drawn: spans(drawn), shown: spans(padded) };
}

const corners = 40;

async function lasso(page: Page, [x, y]: readonly [number, number], radius: number): Promise<void> {
  await page.mouse.move(x + radius, y);
  await page.mouse.down();
  for (let corner = 1; corner <= corners; corner++) {
    const angle = (2 * Math.PI * corner) / corners;
    await page.mouse.move(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  await page.mouse.up();
}
