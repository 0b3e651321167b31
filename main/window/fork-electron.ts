/** A job host as Electron's utilityProcess: a crash in it, whatever the cause, leaves the window alone. */
import { utilityProcess } from 'electron';
import type { Fork, FromHost } from '#main/jobs/protocol';

/** sharp warns of Electron on Linux because of GTK's own libraries, which a utility process never loads. */
const execArgv = ['--disable-warning=ExperimentalWarning', '--disable-warning=SharpElectronLinux'];

export const forkElectron: Fork = (modulePath, env) => {
  const child = utilityProcess.fork(modulePath, [], {
    env,
    stdio: 'inherit',
    serviceName: 'Pretext job host',
    execArgv,
  });
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
