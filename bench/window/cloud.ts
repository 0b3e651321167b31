/** The projector in the real window with a cloud of many points: frames while it is moved, and brushing. */
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { startApp } from '#test/e2e/app';
import { writeTable } from '../projector/cloud';
import type { CloudWindow, Frames } from '../projector/result';
import { go, importData, resize, train, until } from './app';
import { measureBrushing } from './brushing';
import { measureFrames } from './frames';

export interface CloudOptions {
  points: number;
  dimension: number;
  /** Of each kind of movement. */
  seconds: number;
  lassos: number;
  /** WebGL although the processor must play the graphics card: what drawing by stamps is compared with. */
  playedCard: boolean;
}

export async function measureCloud(options: CloudOptions): Promise<CloudWindow> {
  const { points, dimension, seconds, lassos } = options;
  const started = await startApp();
  const { page } = started;
  try {
    const path = join(started.folder, 'cloud.csv');
    await writeTable(path, points, dimension);
    const data = await importData(page, [path], { label: 'cluster' });
    const run = await train(page, { recipe: 'autoencoder', dataset: data.id, preset: 'tiny', steps: 50 });
    if (options.playedCard) await page.addInitScript(allowPlayedCard);
    await resize(started, 1440, 900);
    await page.reload();
    await page.waitForSelector('[data-ready]');
    await go(page, `/explore/projector?run=${run.id}`);
    const plot = page.getByRole('application');
    await plot.waitFor();
    // The numbers as they came, of every row: nothing is left out.
    await page.getByLabel('Vectors', { exact: true }).selectOption('raw');
    await page.getByLabel('Split', { exact: true }).selectOption('all');
    await until(async () => pointsIn(await plot.getAttribute('aria-label').catch(() => null)) === points);
    await page.waitForTimeout(3000); // colours and names come
    const { x, y, width, height } = (await plot.boundingBox())!;
    const middle = { x: x + width / 2, y: y + height / 2 };
    const frames: Frames[] = [];
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down({ button: 'middle' });
    frames.push(await measureFrames(started, { name: 'pan', seconds, act: panning(middle) }));
    await page.mouse.up({ button: 'middle' });
    frames.push(await measureFrames(started, { name: 'zoom', seconds, act: zooming(middle) }));
    await page.getByTitle('Fit all points (0)').click();
    await page.waitForTimeout(500);
    frames.push(await measureFrames(started, { name: 'hover', seconds, act: hovering(middle) }));
    const brushing = await measureBrushing(page, lassos);
    const painter = await page.evaluate(() =>
      document.querySelector<HTMLCanvasElement>('[role=application] canvas')!.getContext('2d') ? 'pixels' : 'webgl',
    );
    return { points, width, height, painter, frames, brushing };
  } finally {
    await started.close();
  }
}

/** Lets a page draw with WebGL that is played by the processor. */
function allowPlayedCard(): void {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
    return getContext.call(this, kind as '2d', { ...options, failIfMajorPerformanceCaveat: false } as object);
  } as typeof getContext;
}

/** How many points the picture says that it shows. */
const pointsIn = (label: string | null): number =>
  Number(/of ([\d\s\u2009]+) points/.exec(label ?? '')?.[1]?.replace(/\D/g, ''));

interface Place {
  x: number;
  y: number;
}
const circle = ({ x, y }: Place, time: number, radius: number): Place => ({
  x: x + radius * (Math.cos(time / 300) - 1),
  y: y + radius * Math.sin(time / 300),
});

const panning = (middle: Place) => (hand: CDPSession, time: number) =>
  hand.send('Input.dispatchMouseEvent', {
    ...{ type: 'mouseMoved', button: 'middle', buttons: 4 },
    ...circle(middle, time, 120),
  });
/** In for a second and a half, and out again. */
const zooming = (middle: Place) => (hand: CDPSession, time: number) =>
  hand.send('Input.dispatchMouseEvent', {
    ...{ type: 'mouseWheel', ...middle, deltaX: 0, deltaY: Math.floor(time / 1500) % 2 === 0 ? -8 : 8 },
  });
const hovering = (middle: Place) => (hand: CDPSession, time: number) =>
  hand.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...circle(middle, time, 160) });
