/**
 * The window in a browser with the fake bridge behind it, for looking at views in both themes without Electron.
 * Run with Node: `node test/support/dom/preview.ts` serves at http://localhost:5199 (`?theme=dark`, `?empty`, `?none`,
 * `?live`); `node test/support/dom/preview.ts shoot FOLDER ADDRESS…` takes pictures with the system's Chromium, each
 * address in light and dark at 1440 × 900, and light at 1024 × 640.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chromium, type Page } from 'playwright-core';
import { createServer, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '../../..');
const port = Number(process.env['PORT'] ?? 5199);

/** Puts the fake bridge before the app's own script. */
const fake: Plugin = {
  name: 'fake-bridge',
  transformIndexHtml: () => [
    {
      tag: 'script',
      attrs: { type: 'module', src: `/@fs${join(root, 'test/support/dom/preview-page.ts')}` },
      injectTo: 'head-prepend',
    },
  ],
};

export async function servePreview() {
  const server = await createServer({
    configFile: false,
    root: join(root, 'renderer'),
    cacheDir: join(root, 'node_modules/.vite-preview'),
    logLevel: 'warn',
    plugins: [svelte({ configFile: false }), fake],
    resolve: {
      alias: { '#app': join(root, 'app'), '#renderer': join(root, 'renderer'), '#test': join(root, 'test/support') },
    },
    server: { port, strictPort: true, fs: { allow: [root] } },
  });
  return server.listen();
}

const sizes = [
  { name: 'light', theme: 'light', width: 1440, height: 900 },
  { name: 'dark', theme: 'dark', width: 1440, height: 900 },
  { name: 'small', theme: 'light', width: 1024, height: 640 },
] as const;

/** Opens an address and waits until pictures and fonts are there. */
async function settle(page: Page, address: string, query: string): Promise<void> {
  await page.goto(`http://localhost:${port}/?${query}#${address}`);
  await page.waitForSelector('.title');
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(900);
}

/** addresses: `/home`, `/home?empty`; the part behind `!` is pressed: `/home!Control+k`. */
async function shoot(folder: string, addresses: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  for (const address of addresses) {
    const [path = '/home', keys] = address.split('!');
    const [route = '/home', options = ''] = path.split('~');
    for (const { name, theme, width, height } of sizes) {
      const page = await browser.newPage({ viewport: { width, height } });
      page.on(
        'console',
        (message) => message.type() === 'error' && console.error(`${address} ${name}: ${message.text()}`),
      );
      page.on('pageerror', (error) => console.error(`${address} ${name}: ${error.stack ?? error}`));
      await settle(page, route, `theme=${theme}&${options}`);
      for (const key of keys?.split(',') ?? []) {
        if (key.startsWith('=')) await page.keyboard.type(key.slice(1));
        else if (key.startsWith('.')) await page.locator(key.slice(1)).first().click();
        else await page.keyboard.press(key);
        await page.waitForTimeout(350);
      }
      await page.screenshot({
        path: join(folder, `${address.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')}-${name}.png`),
      });
      await page.close();
    }
  }
  await browser.close();
}

const [command, folder, ...addresses] = process.argv.slice(2);
const server = await servePreview();
if (command === 'shoot' && folder) {
  await shoot(resolve(folder), addresses);
  await server.close();
} else server.printUrls();
