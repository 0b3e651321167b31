/**
 * Frames of the real window while the pointer moves the picture. Two clocks: inside the page the times of its animation
 * frames, and outside Chromium's own record of the frames that it put on the screen.
 */
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Started } from '#test/e2e/app';
import type { Frames } from '../projector/result';
import { percentile } from './blocked';

/** One move of the hand, `time` milliseconds after the first. */
export type Act = (hand: CDPSession, time: number) => Promise<unknown>;

const every = 8; // ms between two moves of the hand: twice as many as there are frames
const mostUnanswered = 4; // moves that wait for a slow page; more would come after the hand has stopped

export async function measureFrames(
  { app, page }: Pick<Started, 'app' | 'page'>,
  { name, seconds, act }: { name: string; seconds: number; act: Act },
): Promise<Frames> {
  const hand = await page.context().newCDPSession(page);
  await hand.send('Performance.enable', { timeDomain: 'threadTicks' });
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['viz'], excluded_categories: ['*'] }),
  );
  const begun = performance.now();
  let unanswered = 0;
  const moves = setInterval(() => {
    if (unanswered >= mostUnanswered) return;
    unanswered++;
    const answered = () => unanswered--;
    act(hand, performance.now() - begun).then(answered, answered); // one that fails ends with what is measured
  }, every);
  const { intervals, pageCpu } = await watched(hand, page, seconds).finally(() => clearInterval(moves));
  const lasted = (performance.now() - begun) / 1000;
  const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  const shown = shownIn(readFileSync(file, 'utf8'));
  rmSync(file, { force: true });
  await hand.detach();
  const sorted = intervals.toSorted((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => percentile(sorted, p)) as [number, number, number];
  const length = intervals.reduce((sum, ms) => sum + ms, 0) / 1000;
  return {
    ...{ act: name, seconds: length, frames: intervals.length, perSecond: intervals.length / length },
    ...{ shownPerSecond: shown / lasted, interval: { p50, p95, p99, max: sorted.at(-1) ?? 0 }, pageCpu },
  };
}

async function watched(hand: CDPSession, page: Page, seconds: number) {
  await sleep(500); // the first frames allocate
  const before = await taskTime(hand);
  const intervals = await framesOf(page, seconds);
  return { intervals, pageCpu: ((await taskTime(hand)) - before) / intervals.length };
}

/** Milliseconds between animation frames. */
const framesOf = (page: Page, seconds: number): Promise<number[]> =>
  page.evaluate(
    (ms) =>
      new Promise<number[]>((done) => {
        const intervals: number[] = [];
        let begun: number | undefined;
        let before = 0;
        const frame = (now: number) => {
          if (begun === undefined) begun = now;
          else intervals.push(now - before);
          before = now;
          if (now - begun < ms) requestAnimationFrame(frame);
          else done(intervals);
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );

/** CPU milliseconds of the page's thread so far. */
async function taskTime(hand: CDPSession): Promise<number> {
  const { metrics } = await hand.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

/** Frames that Chromium's display compositor drew and handed to the screen. */
function shownIn(trace: string): number {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: { name: string; ph: string }[] };
  return traceEvents.filter(({ name, ph }) => name === 'Display::DrawAndSwap' && (ph === 'X' || ph === 'B')).length;
}
