/** PDF from the command line: the program's own window, without showing itself, prints the page. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PretextError } from '#app/contract';

const advice = 'export the report as .html instead, and print that from a browser';
const patience = 60_000; // ms

/** @throws PretextError when there is no Electron to print with, or it fails */
export async function printPdf(html: string, appRoot: string): Promise<Uint8Array> {
  const electron = process.env['PRETEXT_ELECTRON'];
  if (!electron) throw new PretextError('a PDF needs the window’s program, which is not at hand here', { advice });
  const folder = await mkdtemp(join(tmpdir(), 'pretext-pdf-'));
  try {
    const [page, pdf] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html);
    const sandbox = process.env['NO_SANDBOX'] ? ['--no-sandbox'] : [];
    await finished(electron, [...sandbox, appRoot, '--print-pdf', page, pdf]);
    return await readFile(pdf).catch(() => {
      throw new PretextError('the PDF could not be printed: nothing was written', { advice });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function finished(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: patience });
    let said = '';
    child.stderr.on('data', (text) => {
      said = `${said}${text}`.slice(-2000);
    });
    const fail = (why: string) => reject(new PretextError(`the PDF could not be printed: ${why}`, { advice }));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) =>
      code === 0 ? resolve() : fail(said.trim().split('\n').at(-1) || `Electron ended with code ${code}`),
    );
  });
}
