/** The built command line as a user runs it: a process of its own, with folders of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cli = resolve('out/main/cli.js');

/** What the verbs print with `--json`, as far as the tests look at it; each verb gives some of these. */
export interface Printed {
  run: string;
  name: string;
  status: string;
  steps: number;
  step: number;
  version: number;
  count: number;
  n: number;
  split: string;
  problemCount: number;
  blobs: { pixels: string };
  shape: number[];
  classes: string[];
  splitCounts: { train: number; validation: number; test: number };
  metrics: { step: number; name: string; value: number }[];
  checkpoint: { step: number };
  figures: Record<string, number>;
  files: { path: string; bytes: number }[];
  fields: { path: string }[];
  settings: { name: string; differ: boolean }[];
  datasets: { id: string }[];
  recipes: { id: string }[];
  samples: { id: string }[];
  parameters: number;
  blocks: { name: string; parameters: number; seconds?: object }[];
  profile?: { secondsPerStep: number };
  runs: { id: string; status: string; step: number; metrics: Record<string, { last: number }> }[];
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
  /** The last line of stdout as JSON. */
  json(): Printed;
}
export interface Started {
  child: ChildProcess;
  /** Resolves once stderr holds the text. */
  says(text: string | RegExp): Promise<void>;
  ended: Promise<Ended>;
}
export interface World {
  folder: string;
  project: string;
  start(...args: string[]): Started;
  run(...args: string[]): Promise<Ended>;
  remove(): void;
}

/** A home, user folder and project that nothing else uses. */
export function newWorld(more: Record<string, string | undefined> = {}): World {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-cli-'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PRETEXT_HOME: join(folder, 'home'),
    PRETEXT_USER_DATA: join(folder, 'user'),
    PRETEXT_PROJECT: undefined,
    ...more,
  };
  const start = (...args: string[]): Started => {
    // A group of its own, so that a test can press Ctrl-C on all of it as a terminal does.
    const child = spawn(process.execPath, [cli, ...args], { env, cwd: folder, detached: true, stdio: 'pipe' });
    let [out, err] = ['', ''];
    const listeners = new Set<() => void>();
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
      for (const listener of listeners) listener();
    });
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (code, signal) => {
        for (const listener of listeners) listener();
        resolve({ code, signal, out, err, json: () => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') });
      }),
    );
    const says = (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (typeof text === 'string' ? err.includes(text) : text.test(err)) resolve();
          else if (child.exitCode !== null) reject(new Error(`ended without saying ${text}:\n${err}`));
        };
        listeners.add(look);
        look();
      });
    return { child, says, ended };
  };
  return {
    folder,
    project: join(folder, 'project'),
    start,
    run: (...args) => start(...args).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
