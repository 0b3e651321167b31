/**
 * Blobs are written so that a crash leaves either the whole blob or none: into a temporary file, hashed on the way,
 * fsynced, then renamed to its SHA-256. All writes go through the small `Disk`, so tests can fill it.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import { codeOf, inBytes, writeFailure } from './failures';

export interface Disk {
  mkdir(folder: string): Promise<void>;
  create(path: string): Promise<OutFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Bytes this user may still write there. */
  free(folder: string): Promise<number>;
}
export interface OutFile {
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const realDisk: Disk = {
  mkdir: async (folder) => void (await mkdir(folder, { recursive: true })),
  create: async (path) => outFile(await open(path, 'wx')),
  async rename(from, to) {
    try {
      await rename(from, to);
    } catch (error) {
      // Windows does not replace a file that is open elsewhere; the name is a content hash, so the old one will do.
      const [old, fresh] = await Promise.all([sizeOf(to), sizeOf(from)]);
      if (process.platform !== 'win32' || old === undefined || old !== fresh) throw error;
      await unlink(from);
    }
  },
  remove: (path) => unlink(path),
  async free(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

const sizeOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.size;

const outFile = (handle: FileHandle): OutFile => ({
  async write(bytes) {
    let done = 0;
    while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten;
  },
  sync: () => handle.sync(),
  close: () => handle.close(),
});

const temporary = '.import-';
const day = 86_400_000; // ms
const bufferBytes = 1 << 20; // small items are gathered into writes of 1 MiB

/** Makes the folder, clears what a crashed import left there more than a day ago, and checks that `bytes` would fit. */
export async function readyFolder(folder: string, bytes: number, disk: Disk = realDisk): Promise<void> {
  try {
    await disk.mkdir(folder);
  } catch (error) {
    throw writeFailure(error, folder);
  }
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const old = name.startsWith(temporary) && (await stat(path).catch(() => undefined));
    if (old && Date.now() - old.mtimeMs > day) await disk.remove(path).catch(() => undefined);
  }
  const free = await disk.free(folder).catch(() => Number.POSITIVE_INFINITY);
  if (bytes > free)
    throw new PretextError(
      `The prepared items need ${inBytes(bytes)}, but only ${inBytes(free)} are free on the disk that holds ${folder}. Nothing was imported.`,
      { advice: 'Free some space, or import with a smaller size.' },
    );
}

/** Writes one blob. Every error names the folder and says what to do. */
export class BlobWriter {
  bytes = 0;
  readonly #folder: string;
  readonly #disk: Disk;
  /** Where it lies until it is published. */
  readonly path: string;
  readonly #file: OutFile;
  readonly #hash: Hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #used = 0;
  #name: string | undefined;
  #closed = false;
  #published = false; // or given up

  private constructor(folder: string, disk: Disk, path: string, file: OutFile) {
    this.#folder = folder;
    this.#disk = disk;
    this.path = path;
    this.#file = file;
  }

  static async create(folder: string, disk: Disk = realDisk): Promise<BlobWriter> {
    const path = join(folder, `${temporary}${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      return new BlobWriter(folder, disk, path, await disk.create(path));
    } catch (error) {
      throw writeFailure(error, folder);
    }
  }

  /** Copies `bytes`: the caller may reuse its array at once. Returns a promise only when the disk must be waited for. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    if (bytes.length <= bufferBytes - this.#used) {
      this.#buffer.set(bytes, this.#used);
      this.#used += bytes.length;
      return undefined;
    }
    return this.#flush().then(() => {
      if (bytes.length >= bufferBytes) return this.#guard(() => this.#file.write(bytes));
      this.#buffer.set(bytes, 0);
      this.#used = bytes.length;
      return undefined;
    });
  }

  /** Brings all bytes safely to the disk, still under a temporary name. The blob's own name: the SHA-256 of its bytes. */
  async seal(): Promise<string> {
    if (this.#name !== undefined) return this.#name;
    this.#name = this.#hash.digest('hex');
    await this.#flush();
    await this.#guard(() => this.#file.sync());
    this.#closed = true;
    await this.#guard(() => this.#file.close());
    return this.#name;
  }

  /** Gives a sealed blob its name. */
  async publish(): Promise<void> {
    const name = this.#name;
    if (name === undefined) throw new Error('internal: a blob was published before it was sealed');
    await this.#guard(() => this.#disk.rename(this.path, join(this.#folder, name)));
    this.#published = true;
  }

  /** Leaves no trace. Does nothing once published. */
  async abort(): Promise<void> {
    if (this.#published) return;
    this.#published = true;
    if (!this.#closed) await this.#file.close().catch(() => undefined);
    await this.#disk.remove(this.path).catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const used = this.#used;
    this.#used = 0;
    if (used > 0) await this.#guard(() => this.#file.write(this.#buffer.subarray(0, used)));
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw writeFailure(error, this.#folder);
    }
  }
}

/** Makes the new names in a folder durable. Windows knows no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error; // some network file systems cannot sync a folder
  } finally {
    await handle?.close();
  }
}

/** Several blobs appear together: none gets its name before all of them are safely on the disk. */
export async function publishAll(folder: string, writers: readonly BlobWriter[]): Promise<void> {
  for (const writer of writers) await writer.publish();
  await syncFolder(folder);
}
