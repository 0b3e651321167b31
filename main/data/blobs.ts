/** The blobs of a data set: the items, and beside them what is known of each; all of them appear together or none does. */
import { BlobWriter, type Disk, publishAll } from './disk';
import type { Check } from './source';

/**
 * Publishes `items` with small arrays beside it and returns their names (SHA-256). Leaves nothing where something
 * fails or `check`, asked at the last moment to stop, throws. The caller aborts `items`, which then does nothing.
 */
export async function publishBlobs<K extends string>(
  items: BlobWriter,
  others: Record<K, Uint8Array>,
  { objects, disk, check }: { objects: string; disk?: Disk | undefined; check: Check },
): Promise<{ items: string } & Record<K, string>> {
  const writers = [items];
  try {
    const names = { items: await items.seal() } as { items: string } & Record<K, string>;
    for (const name of Object.keys(others) as K[]) {
      const writer = await BlobWriter.create(objects, disk);
      writers.push(writer);
      await writer.write(others[name]);
      Object.assign(names, { [name]: await writer.seal() });
    }
    check();
    await publishAll(objects, writers);
    return names;
  } finally {
    for (const writer of writers.slice(1)) await writer.abort();
  }
}

/** int32 as bytes, the same on every machine. */
export function littleEndian(values: Int32Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}
