/**
 * Who works on a run or an import: a process, named by its id and the moment it started. Ids are used again by the
 * system, so an id alone would let a dead run look alive.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Owner {
  pid: number;
  /** The system's own word for when it started; equal strings, same process. */
  started: string;
}

/** When process `pid` started, or undefined when there is none. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets, so count after its last bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19]; // a zombie works no more
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0);
      return 'running';
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

export const thisProcess = (): Owner => ({ pid: process.pid, started: startOf(process.pid) ?? '' });
export const isAlive = ({ pid, started }: Owner): boolean => startOf(pid) === started;
