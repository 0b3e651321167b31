/** Whole files in a project's `objects/`, such as a network that was imported: named by the SHA-256 of their bytes. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import { BlobWriter, publishAll, readyFolder } from './disk';

/** Returns the name once the bytes would survive a power cut. */
export async function writeObject(folder: string, bytes: Uint8Array): Promise<string> {
  await readyFolder(folder, bytes.length);
  const writer = await BlobWriter.create(folder);
  try {
    await writer.write(bytes);
    const name = await writer.seal();
    await publishAll(folder, [writer]);
    return name;
  } finally {
    await writer.abort();
  }
}

/** @throws PretextError that names the file when it is missing or is no longer what was written */
export async function readObject(folder: string, name: string): Promise<Uint8Array> {
  const path = join(folder, name);
  const advice = 'Restore it from a backup of the project, or import it again.';
  if (!/^[0-9a-f]{64}$/.test(name))
    throw new PretextError(`“${name}” is not the name of a file in ${folder}`, { advice });
  const bytes = await readFile(path).catch((error: Error) => {
    throw new PretextError(`${path}: cannot be read: ${error.message}`, { advice, cause: error });
  });
  if (createHash('sha256').update(bytes).digest('hex') !== name)
    throw new PretextError(`${path}: is damaged: its SHA-256 is not its name`, { advice });
  return bytes;
}
