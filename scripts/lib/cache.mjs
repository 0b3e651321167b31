// Where the scripts keep what they fetched or compiled once: outside the clone, so that a fresh clone finds it again.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = dirname(dirname(import.meta.dirname));
export const cache =
  process.env.PRETEXT_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pretext');

/** Runs to the end and throws with its output unless it exits 0. */
export function sh(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, ...options });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.error ?? (done.stderr || done.stdout)}`);
  return done.stdout;
}

/** Makes `target` with `make(temporaryFolder)` once; an interrupted try leaves nothing behind. */
export async function once(target, make) {
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'tmp-'));
  try {
    const made = await make(work);
    // Two processes may make it at the same time: the first to finish wins, and both are equal.
    if (!existsSync(target)) renameSync(made, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}
