/** Saving what the window made: the system asks where, the main process writes. */
import { call } from './bridge';
import { toasts } from './toasts.svelte';

/** Resolves to the path, or null when the user chose none; what goes wrong is told in a toast. */
export async function saveFile({
  name,
  extension,
  bytes,
}: {
  name: string;
  extension: string;
  bytes: Uint8Array;
}): Promise<string | null> {
  try {
    const [path] = await call('app.choose', {
      kind: 'save',
      title: `Save ${name}.${extension}`,
      name: `${name}.${extension}`,
      extensions: [extension],
    });
    if (path === undefined) return null;
    await call('app.save', { path, bytes });
    toasts.done(`Saved ${name}.${extension}`, path, {
      label: 'Show',
      run: () => void call('app.reveal', { path }),
    });
    return path;
  } catch (error) {
    toasts.failed(`${name}.${extension} could not be saved`, error);
    return null;
  }
}
