/**
 * How long the threads of the window were blocked: from inside the page by a timer that asks to run every 4 ms and
 * counts how late it came, from outside by Chromium's own record of each task with the CPU time it took.
 *
 * Lateness also contains what other processes took of the cores; CPU time of the tasks does not. Both are told.
 */
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElectronApplication, Page } from 'playwright-core';

/** Milliseconds. */
export interface Lateness {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface Blocked {
  view: string;
  job: boolean;
  seconds: number;
  /** Of the page's timer. */
  late: Lateness;
  /** Timers that were more than 16 ms late, of all. */
  over: number;
  pings: number;
  /** Tasks of 50 ms and more, as PerformanceObserver tells them. */
  longTasks: number[];
  /** Of the tasks of the page's thread: the longest on the clock and in CPU time, and the 99th percentile of the latter. */
  tasks:
    | { count: number; wallMax: number; cpuMax: number; cpuP99: number; over: number; busyShare: number }
    | undefined;
  /** Of the main process's event loop. */
  main: Lateness;
  /** JavaScript heap of the page after a collection, MiB, and how many nodes its document holds. */
  heap: number;
  nodes: number;
}

const every = 4; // ms; what Chromium grants a timer that sets itself again

interface Watch {
  start(): void;
  stop(): { late: number[]; longTasks: number[] };
}

/** Puts the watch into the page. */
export async function installWatch(page: Page): Promise<void> {
  await page.evaluate((every) => {
    let late: number[] = [];
    let longTasks: number[] = [];
    let timer = 0;
    const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration)));
    const ping = (due: number) => {
      const now = performance.now();
      late.push(Math.max(0, now - due));
      timer = window.setTimeout(ping, every, now + every);
    };
    const watch: Watch = {
      start() {
        late = [];
        longTasks = [];
        observer.observe({ entryTypes: ['longtask'] });
        timer = window.setTimeout(ping, every, performance.now() + every);
      },
      stop() {
        clearTimeout(timer);
        longTasks.push(...observer.takeRecords().map(({ duration }) => duration));
        observer.disconnect();
        return { late, longTasks };
      },
    };
    Object.assign(window, { watch });
  }, every);
}

/** Watches for `seconds`, doing `meanwhile`. */
export async function measureBlocked(
  { app, page }: { app: ElectronApplication; page: Page },
  { view, job, seconds }: { view: string; job: boolean; seconds: number },
  meanwhile: () => Promise<void> = async () => {},
): Promise<Blocked> {
  const stopTrace = await trace(app, page);
  const stopMain = await watchMain(app);
  const from = performance.now();
  await page.evaluate(() => (window as unknown as { watch: Watch }).watch.start());
  await meanwhile();
  await sleep(Math.max(0, seconds * 1000 - (performance.now() - from)));
  const { late, longTasks } = await page.evaluate(() => (window as unknown as { watch: Watch }).watch.stop());
  const lasted = (performance.now() - from) / 1000;
  const main = await stopMain(); // first: reading the trace out is work of the main process too
  const tasks = await stopTrace(lasted);
  return {
    view,
    job,
    seconds: lasted,
    late: lateness(late),
    over: late.filter((ms) => ms > 16).length,
    pings: late.length,
    longTasks,
    tasks,
    main,
    ...(await memory(page)),
  };
}

export const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0;

function lateness(samples: readonly number[]): Lateness {
  const sorted = [...samples].sort((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => percentile(sorted, p)) as [number, number, number];
  return { p50, p95, p99, max: sorted.at(-1) ?? 0 };
}

async function watchMain(app: ElectronApplication): Promise<() => Promise<Lateness>> {
  const watch = await app.evaluateHandle(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 4 });
    histogram.enable();
    return histogram;
  });
  return () =>
    watch.evaluate((histogram) => {
      histogram.disable();
      const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 4); // it counts its own interval
      const [p50, p95, p99] = [50, 95, 99].map((p) => ms(histogram.percentile(p))) as [number, number, number];
      return { p50, p95, p99, max: ms(histogram.max) };
    });
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number; // µs
  tdur?: number; // µs of CPU time
  args?: { name?: string };
}

/** Records the tasks of the page's thread through Chromium. */
async function trace(app: ElectronApplication, page: Page) {
  const title = await page.title();
  const renderer = await app.evaluate(({ BrowserWindow, contentTracing }, title) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === title);
    const options = { included_categories: ['toplevel', '__metadata'], excluded_categories: ['*'] };
    return contentTracing.startRecording(options).then(() => window?.webContents.getOSProcessId());
  }, title);
  return async (seconds: number): Promise<Blocked['tasks']> => {
    const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording());
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] };
    rmSync(file, { force: true });
    return tasksOf(traceEvents, renderer, seconds);
  };
}

export function tasksOf(events: readonly TraceEvent[], pid: number | undefined, seconds: number): Blocked['tasks'] {
  const thread = events.find(
    (event) => event.pid === pid && event.name === 'thread_name' && event.args?.name === 'CrRendererMain',
  );
  const tasks = events.filter(
    (event) => event.ph === 'X' && event.pid === pid && event.tid === thread?.tid && /RunTask$/.test(event.name),
  );
  if (tasks.length === 0) return undefined;
  const cpu = tasks.map(({ tdur, dur = 0 }) => (tdur ?? dur) / 1000).sort((a, b) => a - b);
  return {
    count: tasks.length,
    wallMax: Math.max(...tasks.map(({ dur = 0 }) => dur / 1000)),
    cpuMax: cpu.at(-1) ?? 0,
    cpuP99: percentile(cpu, 0.99),
    over: cpu.filter((ms) => ms > 16).length,
    busyShare: cpu.reduce((sum, ms) => sum + ms, 0) / (seconds * 1000),
  };
}

export async function memory(page: Page): Promise<{ heap: number; nodes: number }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');
  await cdp.detach();
  return { heap: usedSize / 2 ** 20, nodes };
}
