/**
 * The installed program is the command line too: `pretext train vq-vae …` runs without a window. There is no plain Node
 * in it, so the verbs run in Electron's main process, and job hosts are utility processes as ever.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { app } from 'electron';
import { PretextError } from '#app/contract';
import { forkElectron } from './fork-electron';
import { printPdf } from './print-pdf';

/** Chromium's own switches, which may stand before the verb. */
const isSwitch = (argument: string): boolean =>
  argument.startsWith('--') && argument !== '--help' && argument !== '--version';

/** What was asked for on the command line of the installed program; undefined where it was started for its window. */
export function commandLineArguments(): string[] | undefined {
  if (!app.isPackaged) return undefined;
  const given = process.argv.slice(1);
  const first = given.findIndex((argument) => !isSwitch(argument));
  return first < 0 ? undefined : given.slice(first);
}

const headless = '--ozone-platform=headless';

/** Runs the command and ends the program with its exit code. */
export function runCommandLineHere(args: string[]): void {
  // Without a display Chromium refuses to start unless told on its own command line: so once more, with that switch.
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY && !process.argv.includes(headless)) {
    const quiet = [headless, '--disable-gpu', '--log-level=3'];
    const again = spawnSync(process.execPath, [...quiet, ...process.argv.slice(1)], { stdio: 'inherit' });
    process.exit(again.status ?? 1);
  }
  app.on('window-all-closed', () => {}); // the page of a PDF closes before the command has ended
  void app.whenReady().then(async () => {
    const { runCommandLine } = await import('../cli/program');
    const places = { hostPath: join(import.meta.dirname, 'host.js'), appRoot: app.getAppPath() };
    const print = process.argv.includes(headless) ? refuseToPrint : printPdf;
    app.exit(await runCommandLine(args, { ...places, fork: forkElectron, printPdf: print }));
  });
}

/** Electron 33 crashes when it makes a window on Chromium's headless platform. */
const refuseToPrint = async (): Promise<Uint8Array> => {
  throw new PretextError('a PDF needs a display, and there is none', {
    advice: 'run the same line under xvfb-run, or export the report as .html',
  });
};
