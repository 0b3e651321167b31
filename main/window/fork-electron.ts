/** A job host as Electron's utilityProcess: a crash in it, whatever the cause, leaves the window alone. */
import { utilityProcess } from 'electron';
import { withoutNoise } from '#main/jobs/noise';
import type { Fork, FromHost } from '#main/jobs/protocol';

export const forkElectron: Fork = (modulePath, env) => {
  const child = utilityProcess.fork(modulePath, [], {
    env: { ...env, PRETEXT_GIVE_WAY: '1' }, // see host-process.ts
    stdio: ['ignore', 'ignore', 'pipe'],
    serviceName: 'Pretext job host',
  });
  const passOn = withoutNoise((text) => process.stderr.write(text));
  child.stderr?.on('data', (chunk: Buffer) => passOn(chunk.toString()));
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message: FromHost) => listener(message)),
    onExit: (listener) => void child.on('exit', (code) => listener(code)),
    kill() {
      // child.kill() asks politely; a thread inside a native run does not hear.
      if (child.pid === undefined) child.kill();
      else process.kill(child.pid, 'SIGKILL');
    },
  };
};
