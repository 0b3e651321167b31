/** Calls about projects: which there are, making, opening and naming one. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { type Handlers, PretextError } from '#app/contract';
import { explainFsError } from '#main/store';
import type { Rooms } from './rooms';
import { isProject } from './session';

export const projectCalls = (rooms: Rooms): Handlers<'projects'> => ({
  async 'projects.recent'() {
    const recents = await rooms.files.recents();
    return recents.map((recent) => ({ ...recent, exists: isProject(recent.directory) }));
  },
  'projects.current': async () => (await rooms.current()?.project()) ?? null,

  async 'projects.create'({ directory, name }) {
    if (isProject(directory))
      throw new PretextError(`${directory} is a project already`, { kind: 'usage', advice: 'open it instead' });
    if (existsSync(directory)) await refuseUnlessEmpty(directory);
    return (await rooms.open(directory, { name, sample: false })).project();
  },
  'projects.open': async ({ directory }) => (await rooms.open(directory)).project(),

  async 'projects.change'(change) {
    const session = rooms.session();
    await session.store.project.change(change);
    const project = await session.project();
    rooms.tell('project.changed', project);
    return project;
  },
});

/** Someone's own files must not be mixed with a project's. */
async function refuseUnlessEmpty(directory: string): Promise<void> {
  const found = await readdir(directory).catch((error: unknown) => {
    throw explainFsError(error, 'open', directory);
  });
  if (found.some((name) => !name.startsWith('.')))
    throw new PretextError(`${directory} must be an empty folder, but it holds ${found.length} files or folders`, {
      kind: 'usage',
      advice: 'choose an empty folder, or a new name',
    });
}
