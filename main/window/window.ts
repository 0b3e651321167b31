/** The one window: no Node in the page, no navigation away, no second window, no permission granted. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, session, shell } from 'electron';
import { home, isOurs } from './scheme';

/** --bg-app of the light and the dark theme: what shows until the first paint. */
const background = { light: '#F3F5F4', dark: '#0E1112' };

export function openWindow(): BrowserWindow {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024, // the smallest size that the layout is drawn for
    minHeight: 640,
    show: false,
    title: 'Pretext',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    ...(process.platform === 'darwin' && { titleBarStyle: 'hiddenInset' as const }),
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false, // would fetch dictionaries
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https:')) void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  void window.loadURL(home);
  return window;
}
