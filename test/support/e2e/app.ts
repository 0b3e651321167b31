/** Starts the real program in a folder of its own and drives its window as a person would. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';

export interface Started {
  app: ElectronApplication;
  page: Page;
  /** Everything the page complained about on its console. */
  complaints: string[];
  /** Folder of this test: user data and projects lie in it. */
  folder: string;
  /** Milliseconds from the spawn to a window that can be used. */
  readyAfter: number;
  close(): Promise<void>;
}

/** Long enough for a machine with two busy cores. */
export const patience = 60_000;

export async function startApp(options: { folder?: string; env?: Record<string, string> } = {}): Promise<Started> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pretext-e2e-'));
  const home = join(folder, 'projects');
  mkdirSync(home, { recursive: true });
  const packaged = process.env['PRETEXT_PACKAGED'];
  const started = performance.now();
  const app = await _electron.launch({
    ...(packaged ? { executablePath: packaged } : {}),
    args: packaged ? [] : ['.'],
    env: {
      ...(process.env as Record<string, string>),
      PRETEXT_USER_DATA: join(folder, 'user'),
      PRETEXT_HOME: home,
      ...options.env,
    },
  });
  const page = await app.firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.setDefaultTimeout(patience);
  await page.waitForSelector('[data-ready]', { timeout: patience });
  return {
    app,
    page,
    complaints,
    folder,
    readyAfter: performance.now() - started,
    async close() {
      await app.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Drops files on the window as the desktop would: Chromium makes real File objects of them. */
export async function drop(page: Page, ...files: string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', {
      type,
      x: 500,
      y: 400,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  await cdp.detach();
}

/** Asks a call from inside the page, as the views do. */
export const ask = <T>(page: Page, name: string, question?: unknown): Promise<T> =>
  page.evaluate(
    async ([name, question]) => {
      const bridge = (
        globalThis as unknown as {
          bridge: { call(name: string, ask: unknown): Promise<{ ok?: unknown; failure?: { message: string } }> };
        }
      ).bridge;
      const answer = await bridge.call(name as string, question);
      if (answer.failure) throw new Error(answer.failure.message);
      return answer.ok;
    },
    [name, question] as const,
  ) as Promise<T>;

export const copyFolder = (from: string, to: string): void => cpSync(from, to, { recursive: true });
