/** The page is shut in: no Node, no navigation, no second window, no foreign script, no path out of the scheme. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Started, startApp } from '#test/e2e/app';

let started: Started;
beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

test('the page sees the bridge and nothing of Node or Electron', async () => {
  const seen = await started.page.evaluate(() => ({
    bridge: Object.keys((globalThis as unknown as { bridge: object }).bridge).sort(),
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
  }));
  expect(seen).toEqual({ bridge: ['call', 'on', 'pathOf'], node: [] });
});

test('no script or style from elsewhere runs, and nothing is fetched from the net', async () => {
  const ran = await started.page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.head.append(script);
    const fetched = await fetch('https://example.com').then(
      () => true,
      () => false,
    );
    // Text as code, outside of this evaluation, which the debugger exempts from the policy.
    setTimeout('globalThis.evaluated = true');
    await new Promise((done) => setTimeout(done, 50));
    return { injected: 'injected' in globalThis, fetched, evaluated: 'evaluated' in globalThis };
  });
  expect(ran).toEqual({ injected: false, fetched: false, evaluated: false });
});

test('leaves the app neither by navigation nor by a new window', async () => {
  const before = started.page.url();
  await started.page.evaluate(() => {
    window.open('file:///etc/passwd');
    location.href = 'https://example.com/';
  });
  await started.page.waitForTimeout(500);
  expect(started.page.url()).toBe(before);
  expect(started.app.windows()).toHaveLength(1);
});

test('app:// gives files of the page only', async () => {
  const codes = await started.page.evaluate(() =>
    Promise.all(
      ['/index.html', '/%2e%2e/main/index.js', '/..%2f..%2fpackage.json', '/nothing.html'].map(
        async (path) => (await fetch(`app://pretext${path}`)).status,
      ),
    ),
  );
  expect(codes).toEqual([200, 404, 404, 404]);
});

test('grants no permission', async () => {
  const states = await started.page.evaluate(() =>
    Promise.all(
      (['geolocation', 'notifications', 'camera', 'microphone'] as PermissionName[]).map(
        async (name) => (await navigator.permissions.query({ name })).state,
      ),
    ),
  );
  expect(new Set(states)).toEqual(new Set(['denied']));
});
