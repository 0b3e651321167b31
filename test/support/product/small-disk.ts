/** A disk of a few megabytes that can really be full or read-only: a tmpfs, where the user may mount one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  folder: string;
  /** Leaves room for this many kB. */
  fill(roomKb: number): void;
  /** Takes away what filled it. */
  free(): void;
  readOnly(yes: boolean): void;
  remove(): void;
}

/** Undefined where this user may not mount (only root on Linux may). */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-disk-'));
  const mount = (...options: string[]) => execFileSync('mount', [...options, folder], { stdio: 'ignore' });
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs');
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  const disk: SmallDisk = {
    folder,
    fill(roomKb) {
      disk.free();
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - roomKb * 1024));
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: (yes) => mount('-o', yes ? 'remount,ro' : 'remount,rw'),
    remove() {
      execFileSync('umount', [folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true });
    },
  };
  return disk;
}
