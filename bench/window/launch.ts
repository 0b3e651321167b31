/** Starts the app as a person does, with nothing attached until it has drawn itself, and times the way to a usable window. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ColdStart {
  /** Milliseconds from the spawn to … */
  spawnToPage: number;
  spawnToFirstPaint: number;
  /** … the frame in which the project is open and every list has been read. */
  spawnToUsable: number;
}

/** Looks at the page itself: the app knows nothing of being measured. */
const whenUsable = `(async () => {
  while (!document.querySelector('[data-ready]')) await new Promise((done) => setTimeout(done, 4));
  const usable = performance.timeOrigin + performance.now();
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { usable, page: performance.timeOrigin, paint: performance.timeOrigin + (paint?.startTime ?? performance.now()) };
})()`;

/** folder: user data and projects lie in it; empty, this is a first start. @throws when no window came within a minute */
export async function timeStart(folder: string): Promise<ColdStart> {
  const electron = process.env['PRETEXT_ELECTRON'];
  if (!electron) throw new Error('bench window must be started through scripts/electron.mjs: npm run bench -- window');
  mkdirSync(join(folder, 'projects'), { recursive: true });
  const spawned = Date.now();
  const noSandbox = process.env['NO_SANDBOX'] ? ['--no-sandbox'] : [];
  const child = spawn(electron, [...noSandbox, '--log-level=3', '--remote-debugging-port=0', '.'], {
    env: { ...process.env, PRETEXT_USER_DATA: join(folder, 'user'), PRETEXT_HOME: join(folder, 'projects') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const { usable, page, paint } = await askPage<{ usable: number; page: number; paint: number }>(
      await debuggerPort(child),
      whenUsable,
    );
    return { spawnToPage: page - spawned, spawnToFirstPaint: paint - spawned, spawnToUsable: usable - spawned };
  } finally {
    child.kill('SIGTERM');
    await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done(undefined)));
  }
}

/** Chromium says on stderr where its debugger listens. */
function debuggerPort(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const port = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(text)?.[1];
      if (port) resolve(port);
    });
    child.once('exit', (code) => reject(new Error(`the app ended with code ${code} before it had a window\n${text}`)));
  });
}

async function askPage<T>(port: string, expression: string): Promise<T> {
  for (;;) {
    const found = await askOnce<T>(port, expression);
    if (found !== undefined) return found;
  }
}

/** Undefined where the page was replaced before it could answer: it was the blank one that comes before ours. */
async function askOnce<T>(port: string, expression: string): Promise<T | undefined> {
  const socket = new WebSocket(await pageAddress(port));
  try {
    await new Promise((done, failed) => {
      socket.onopen = done;
      socket.onerror = () => failed(new Error('the page could not be reached through its debugger'));
    });
    return await new Promise<T | undefined>((resolve, reject) => {
      socket.onmessage = ({ data }) => {
        const answer = JSON.parse(String(data)) as {
          result?: { result?: { value?: T } };
          error?: { message: string };
        };
        if (answer.result?.result?.value !== undefined || /context/.test(answer.error?.message ?? ''))
          resolve(answer.result?.result?.value);
        else reject(new Error(`the page did not answer: ${data}`));
      };
      const params = { expression, awaitPromise: true, returnByValue: true };
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
    });
  } finally {
    socket.close();
  }
}

async function pageAddress(port: string): Promise<string> {
  for (let waited = 0; waited < 60_000; waited += 10) {
    const answer = await fetch(`http://127.0.0.1:${port}/json`).catch(() => undefined);
    const targets = (await answer?.json().catch(() => undefined)) as
      | { type: string; url: string; webSocketDebuggerUrl: string }[]
      | undefined;
    const page = targets?.find(({ type, url }) => type === 'page' && url.startsWith('app://'));
    if (page) return page.webSocketDebuggerUrl;
    await sleep(10);
  }
  throw new Error('the app had no window within a minute');
}
