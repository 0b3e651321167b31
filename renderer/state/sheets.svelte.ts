/** The sheets that can be opened from anywhere: palette, shortcuts, import, new project. At most one of each. */
import { call, pathOf } from './bridge';
import { project } from './project.svelte';
import { attempt } from './toasts.svelte';

class Sheets {
  palette = $state(false);
  /** What the palette starts with: `>`, `#`, `@` or nothing. */
  paletteText = $state('');
  shortcuts = $state(false);
  jobs = $state(false);
  newProject = $state(false);
  /** Paths that the import sheet looks at; undefined while it is closed. */
  importing = $state.raw<string[]>();
  /** What it proposes as a name: that of the data set whose sources are imported again. */
  importName = $state<string>();

  openPalette(text = ''): void {
    this.paletteText = text;
    this.palette = true;
  }
  import(sources: string[], name?: string): void {
    this.importName = name;
    if (sources.length > 0) this.importing = sources;
  }
  importFiles(files: File[]): void {
    this.import(files.map(pathOf).filter(Boolean));
  }
  /** Lets the user choose what to import. */
  async chooseImport(kind: 'folder' | 'files' = 'folder'): Promise<void> {
    const title =
      kind === 'folder'
        ? 'Choose a folder of images'
        : 'Choose images, tables, IDX or npz files, a ZIP archive or an ONNX model';
    const chosen = await attempt('The file dialog could not be opened', () => call('app.choose', { kind, title }));
    this.import(chosen ?? []);
  }
  async chooseProject(): Promise<void> {
    await attempt('The project could not be opened', async () => {
      const [directory] = await call('app.choose', { kind: 'folder', title: 'Open a project' });
      if (directory) await project.open(directory);
    });
  }
}

export const sheets = new Sheets();
