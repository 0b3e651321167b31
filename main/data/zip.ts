/**
 * Reads zip archives entry by entry, straight from the archive: nothing is unpacked to disk, so names such as
 * `../../etc/x` can do no harm. What would unpack to absurd sizes is refused before it is unpacked.
 */
import { getFileNameLowLevel, openPromise, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import { inBytes, whyUnreadable } from './failures';
import { naturalCompare } from './natural';
import { isLitter } from './paths';
import type { Check, Entry } from './source';

export interface ZipLimits {
  entries: number;
  /** All entries unpacked, bytes. */
  totalBytes: number;
  /** Unpacked ÷ packed of one entry. Pictures are already packed (about 1); sparse IDX files reach 100. */
  ratio: number;
  /** Entries smaller than this, bytes, are never refused for their ratio. */
  ratioFrom: number;
}
export const zipLimits: ZipLimits = { entries: 2_000_000, totalBytes: 256e9, ratio: 250, ratioFrom: 4e6 };

/** Lists an archive's files in natural order; `close` when all have been read. Throws where the archive as a whole is unfit. */
export async function openZip(
  path: string,
  prefix: string,
  problems: Problem[],
  check: Check,
  limits: ZipLimits = zipLimits,
): Promise<{ entries: Entry[]; close(): void }> {
  const zip = await openArchive(path);
  try {
    if (zip.entryCount > limits.entries)
      throw new PretextError(
        `${path} holds ${zip.entryCount} entries; at most ${limits.entries} are read from one archive.`,
        { advice: 'Unpack it yourself and import the folder.' },
      );
    const entries: Entry[] = [];
    let total = 0;
    for await (const entry of listed(zip, path)) {
      check();
      total += entry.uncompressedSize;
      if (total > limits.totalBytes) throw tooLarge(path, limits);
      const name = harmless(nameOf(entry));
      if (name === '' || isLitter(name) || /\/$/.test(nameOf(entry))) continue;
      const refusal = whyRefused(entry, limits);
      if (refusal) problems.push({ file: `${path} › ${name}`, kind: 'skipped', reason: refusal });
      else entries.push(zipEntry(zip, entry, path, name, prefix));
    }
    entries.sort((a, b) => naturalCompare(a.name, b.name));
    return { entries, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function* listed(zip: ZipFile, path: string): AsyncGenerator<ZipEntry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    throw damaged(path, error);
  }
}

async function openArchive(path: string): Promise<ZipFile> {
  try {
    // Names are decoded here, because yauzl gives up a whole archive for one name with `..` in it.
    return await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: true,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new PretextError(`${path} ${whyUnreadable(error)}.`);
    throw damaged(path, error);
  }
}

const damaged = (path: string, cause: unknown): PretextError =>
  new PretextError(
    `${path} is not a zip archive, or it is cut short or damaged (${cause instanceof Error ? cause.message : cause}).`,
    { advice: 'Download or make it again; or unpack it yourself and import the folder.', cause },
  );

const tooLarge = (path: string, { totalBytes }: ZipLimits): PretextError =>
  new PretextError(`${path} would unpack to more than ${inBytes(totalBytes)}: it looks like a zip bomb.`, {
    advice: 'If the archive is what you think it is, unpack it yourself and import the folder.',
  });

function whyRefused(entry: ZipEntry, limits: ZipLimits): string | undefined {
  if (entry.isEncrypted()) return 'The entry is encrypted. Unpack the archive yourself and import the folder.';
  const { uncompressedSize: large, compressedSize: small } = entry;
  if (large >= limits.ratioFrom && large > small * limits.ratio)
    return `The entry would unpack from ${inBytes(small)} to ${inBytes(large)}: it looks like a zip bomb and was not unpacked.`;
  return undefined;
}

const zipEntry = (zip: ZipFile, entry: ZipEntry, path: string, name: string, prefix: string): Entry => ({
  name: `${prefix}${name}`,
  where: `${path} › ${name}`,
  bytes: entry.uncompressedSize,
  open: () => zip.openReadStreamPromise(entry),
});

function nameOf(entry: ZipEntry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  try {
    // Many programs write UTF-8 without saying so; what is valid UTF-8 is hardly ever meant as code page 437.
    return new TextDecoder('utf-8', { fatal: true }).decode(fileNameRaw);
  } catch {
    return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  }
}

/** A name that stays below its archive, whatever it was: `..\\..\\a/./b.png` → `a/b.png`. */
export const harmless = (name: string): string =>
  name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[a-z]:$/i.test(part))
    .join('/');
