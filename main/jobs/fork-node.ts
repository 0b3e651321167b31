/** A job host as a child of plain Node: for the command line and the tests. The window uses Electron's utilityProcess. */
import { fork } from 'node:child_process';
import { withoutNoise } from './noise';
import type { Fork, FromHost } from './protocol';

export const forkNode: Fork = (modulePath, env) => {
  // Advanced serialisation is structured clone: typed arrays arrive as typed arrays.
  const child = fork(modulePath, [], { serialization: 'advanced', env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.stderr?.setEncoding('utf8').on(
    'data',
    withoutNoise((text) => process.stderr.write(text)),
  );
  // A fork that fails (no memory, no such file) tells an error and may never tell its exit.
  let exited = false;
  const exits: ((code: number | null, signal: string | null) => void)[] = [];
  const exit = (code: number | null, signal: string | null) => {
    if (exited) return;
    exited = true;
    for (const listener of exits) listener(code, signal);
  };
  child.once('exit', exit);
  child.on('error', () => {
    if (child.pid === undefined) exit(null, null);
  });
  return {
    get pid() {
      return child.pid;
    },
    post(message) {
      // One that has just died is told of by its exit; the channel's own error would say it twice.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromHost)),
    onExit: (listener) => void exits.push(listener),
    kill: () => void child.kill('SIGKILL'),
  };
};
