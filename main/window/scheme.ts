/** The page comes from app://pretext/ only: files of the build's renderer folder, under a strict content policy. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

const pages = join(import.meta.dirname, '../renderer');
const origin = 'app://pretext';

/** What the page may load: its own scripts, styles and fonts. Pictures may also be made in memory. Nothing else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Set by the development server, which then serves the page instead. */
const dev = process.env['ELECTRON_RENDERER_URL'];
export const home = dev ?? `${origin}/index.html`;

/** Whether a page of this URL is ours: asked of every frame that calls, and of every navigation. */
export const isOurs = (url: string): boolean =>
  url.startsWith(`${new URL(home).origin === 'null' ? origin : new URL(home).origin}/`);

/** Must run before the app is ready. */
export function declareScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }]);
}

export function serveScheme(): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const file = normalize(join(pages, decodeURIComponent(url.pathname)));
    const inside = url.host === 'pretext' && file.startsWith(pages + sep);
    // Read here: a fetch of each file would go through the network process, which costs the first paint dearly.
    const found = inside ? await readFile(file).catch(() => undefined) : undefined;
    if (!found) return new Response('not found', { status: 404 });
    return new Response(new Uint8Array(found), {
      headers: {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
      },
    });
  });
}
