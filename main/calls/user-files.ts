/** What belongs to the user and to no project: recent projects, preferences, the measured speed of this machine. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Preferences, preferences } from '#app/records/project';
import { explainFsError } from '#main/store';

const recents = z.array(z.object({ directory: z.string(), name: z.string(), openedAt: z.number(), runs: z.int() }));
export type Recents = z.infer<typeof recents>;
const mostRecents = 12;

const defaultPreferences: Preferences = {
  theme: 'system',
  smoothing: 0.6,
  singleKeys: true,
  sidebar: 'full',
  language: 'en',
  lessons: {},
};

/** Where these files lie: the same folder for the window and the command line. */
export function userDataDirectory(): string {
  const given = process.env['PRETEXT_USER_DATA'];
  if (given) return given;
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Pretext');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pretext');
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Pretext');
}

/** Where projects are made unless the user says otherwise. */
export const projectsHome = (): string => process.env['PRETEXT_HOME'] ?? join(homedir(), 'Pretext');
/** The project of the first start, and of a command line without `--project`. */
export const defaultProject = (home = projectsHome()): string =>
  process.env['PRETEXT_PROJECT'] ?? join(home, 'Samples');

/**
 * Writes a file so that a crash leaves the old or the new one, never half of one.
 *
 * @throws PretextError that says why the place cannot be written
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  try {
    await writeFile(beside, data, { flush: true });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {}); // a disk that cannot be written may not let us clean up either
    throw explainFsError(error, 'write', path);
  }
}

export interface UserFiles {
  recents(): Promise<Recents>;
  remember(project: Recents[number]): Promise<void>;
  preferences(): Promise<Preferences>;
  prefer(change: { [K in keyof Preferences]?: Preferences[K] | undefined }): Promise<Preferences>;
  /** A file of our own by name; undefined when there is none or it cannot be understood. */
  read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined>;
  write(name: string, value: unknown): Promise<void>;
}

export function openUserFiles(directory: string): UserFiles {
  let writing: Promise<unknown> = Promise.resolve();
  /** One change after another, or two of them would each keep half. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = writing.then(work, work);
    writing = turn.catch(() => {});
    return turn;
  };

  async function read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await readFile(join(directory, name), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return undefined; // hand-edited or from another version: as if it were not there
    }
  }
  async function write(name: string, value: unknown): Promise<void> {
    await mkdir(directory, { recursive: true }).catch((error: unknown) => {
      throw explainFsError(error, 'make', directory);
    });
    await writeAtomically(join(directory, name), `${JSON.stringify(value, null, 2)}\n`);
  }
  const preferred = async (): Promise<Preferences> =>
    ({
      ...defaultPreferences,
      ...(await read('preferences.json', preferences.partial())),
    }) as Preferences;

  return {
    read,
    write,
    recents: async () => (await read('recent.json', recents)) ?? [],
    remember: (project) =>
      inTurn(async () => {
        const others = ((await read('recent.json', recents)) ?? []).filter(
          (one) => one.directory !== project.directory,
        );
        await write('recent.json', [project, ...others].slice(0, mostRecents));
      }),
    preferences: preferred,
    prefer: (change) =>
      inTurn(async () => {
        const next = preferences.parse({ ...(await preferred()), ...withoutUndefined(change) });
        await write('preferences.json', next);
        return next;
      }),
  };
}

const withoutUndefined = (record: object) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
