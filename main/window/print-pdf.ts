/** A report as PDF: Chromium prints the HTML in a hidden window in which no script runs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrowserWindow } from 'electron';

/** html: one self-contained page. Returns the bytes of an A4 PDF with page numbers. */
export async function printPdf(html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'pretext-report-'));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, javascript: false, partition: 'report' },
  });
  try {
    const page = join(folder, 'report.html');
    await writeFile(page, html);
    await window.loadURL(pathToFileURL(page).href);
    return await window.webContents.printToPDF({
      printBackground: true,
      pageSize: 'A4',
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<span style="font-size:8px;width:100%;text-align:center;color:#5C6866"><span class="pageNumber"></span> / <span class="totalPages"></span></span>',
    });
  } finally {
    window.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}
