/** Calls about the program itself: versions, preferences, the machine, and what the window saves. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Handlers, PretextError } from '#app/contract';
import { examine, version, versions } from './machine';
import type { Rooms } from './rooms';
import { writeAtomically } from './user-files';

export const appCalls = ({ files, shell, machine, current, home }: Rooms): Handlers<'app'> => ({
  'app.info': () => ({
    version,
    platform: `${process.platform} ${process.arch}`,
    packaged: import.meta.dirname.includes('app.asar'),
    versions: versions(),
  }),
  'app.preferences': () => files.preferences(),
  'app.prefer': (change) => files.prefer(change),

  async 'app.doctor'(ask) {
    const wanted = current()?.directory ?? home;
    return examine(await machine.devices(ask?.measure ?? false), firstExisting(wanted));
  },

  'app.choose': ({ name, extensions, ...ask }) =>
    need(
      shell.choose,
      'app.choose',
    )({ ...ask, ...(name !== undefined && { name }), ...(extensions && { extensions }) }),
  async 'app.reveal'({ path }) {
    await need(shell.reveal, 'app.reveal')(path);
    return undefined;
  },
  async 'app.save'({ path, bytes }) {
    await writeAtomically(path, bytes);
    return { path, bytes: bytes.length };
  },
});

/** What only the window can do is refused elsewhere. */
export function need<F>(method: F | undefined, who: string): F {
  if (method !== undefined) return method;
  throw new PretextError(`${who}: needs the window`, { kind: 'usage', advice: 'start the program with its window' });
}

/** The folder or the nearest one above it that exists: a project may not have been made yet. */
function firstExisting(directory: string): string {
  let at = resolve(directory);
  while (!existsSync(at)) at = dirname(at);
  return at;
}
