/** Electron's start: one instance, one window, the rooms behind it. The page asks calls; everything else is elsewhere. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, BrowserWindow, dialog, shell } from 'electron';
import { answer, createHandlers, openRooms, type Rooms, type Shell, userDataDirectory } from './calls';
import { commandLineArguments, runCommandLineHere } from './window/command-line';
import { forkElectron } from './window/fork-electron';
import { serveCalls, tellWindows } from './window/ipc';
import { setMenu } from './window/menu';
import { printPdf } from './window/print-pdf';
import { declareScheme, serveScheme } from './window/scheme';
import { openWindow } from './window/window';

const { PRETEXT_PROJECT, PRETEXT_HOME } = process.env;
app.setPath('userData', userDataDirectory()); // the command line's folder too: one list of recent projects
/** `electron . --print-pdf report.html report.pdf`: how the command line makes a PDF. */
const printing = process.argv.indexOf('--print-pdf');

const command = commandLineArguments();

if (command) runCommandLineHere(command);
else if (printing >= 0)
  void app.whenReady().then(() => print(process.argv[printing + 1]!, process.argv[printing + 2]!));
else if (app.requestSingleInstanceLock()) start();
else app.quit();

async function print(from: string, to: string): Promise<void> {
  app.on('window-all-closed', () => {}); // the page's window closes before its PDF is written
  try {
    await writeFile(to, await printPdf(await readFile(from, 'utf8')));
    app.exit(0);
  } catch (error) {
    console.error(String(error));
    app.exit(1);
  }
}

function start(): void {
  declareScheme();
  let rooms: Rooms | undefined;

  // Not a top-level await: Electron is not ready before this module has been loaded.
  void app.whenReady().then(async () => {
    serveScheme();
    setMenu();
    // The window is drawn while the project opens: calls wait for it, the page shows its frame meanwhile.
    const opening = openRooms({
      tell: tellWindows,
      fork: forkElectron,
      hostPath: join(import.meta.dirname, 'host.js'),
      userData: userDataDirectory(),
      ...(PRETEXT_PROJECT && {
        projectDirectory: PRETEXT_PROJECT,
        create: { name: basename(PRETEXT_PROJECT), sample: false },
      }),
      home: PRETEXT_HOME || undefined,
      shell: windowShell,
    });
    const handlers = opening.then(createHandlers);
    serveCalls(async (name, ask) => answer(await handlers, name, ask));
    openWindow();
    try {
      rooms = await opening;
    } catch (error) {
      dialog.showErrorBox('Pretext cannot open its project', error instanceof Error ? error.message : String(error));
      app.exit(1);
    }
  });

  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  let closed = false;
  app.on('before-quit', (event) => {
    if (closed || !rooms) return;
    event.preventDefault(); // a training run first writes its last checkpoint
    void rooms.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

const windowShell: Shell = {
  async choose({ kind, title, name, extensions }) {
    const [window] = BrowserWindow.getAllWindows();
    const filters = extensions?.length ? [{ name: extensions.join(', '), extensions }] : [];
    if (kind === 'save') {
      const options = { title, filters, ...(name !== undefined && { defaultPath: name }) };
      const { filePath } = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options);
      return filePath ? [filePath] : [];
    }
    const properties: ('openDirectory' | 'createDirectory' | 'openFile' | 'multiSelections')[] =
      kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile', 'multiSelections'];
    const options = { title, filters: kind === 'files' ? filters : [], properties };
    const { filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
    return filePaths;
  },
  reveal: (path) => shell.showItemInFolder(path),
  printPdf,
};
