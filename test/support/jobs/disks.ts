/** Disks that fail on purpose, for the promise that a failed write loses nothing. */
import type { FileHandle } from 'node:fs/promises';
import { type Disk, disk } from '#main/jobs/disk';

const failing = (code: string, message: string) => Object.assign(new Error(`${code}: ${message}`), { code });

/** Has room for `bytes` more; then a write takes what fits and the next one fails, as on a real full disk. */
export function fullAfter(bytes: number): Disk {
  let room = bytes;
  return {
    ...disk,
    open: async (...args: Parameters<Disk['open']>) => {
      const file = await disk.open(...args);
      const write = file.write.bind(file) as (b: Uint8Array, o: number, n: number) => Promise<{ bytesWritten: number }>;
      return Object.assign(file, {
        write: async (piece: Uint8Array, offset: number, length: number) => {
          if (room === 0 && length > 0) throw failing('ENOSPC', 'no space left on device, write');
          const fits = Math.min(room, length);
          room -= fits;
          return write(piece, offset, fits);
        },
      }) as FileHandle;
    },
  };
}

/** Refuses every change from the moment `lock()` is called. */
export function lockable(): { disk: Disk; lock(): void } {
  let locked = false;
  return {
    lock: () => {
      locked = true;
    },
    disk: {
      ...disk,
      mkdir: (async (...args: [string, { recursive: true }]) => {
        if (locked) throw failing('EROFS', 'read-only file system, mkdir');
        return disk.mkdir(...args);
      }) as Disk['mkdir'],
      open: async (...args: Parameters<Disk['open']>) => {
        if (locked && args[1] !== 'r')
          throw Object.assign(failing('EROFS', 'read-only file system, open'), { path: args[0] });
        return disk.open(...args);
      },
    },
  };
}
