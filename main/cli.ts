#!/usr/bin/env node
/** The command line: the same rooms as the window, without one. */
import { join } from 'node:path';
import { runCommandLine } from './cli/program';

// The native modules do not fail on an older Node.js: they crash it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `pretext: Node.js must be 22.12 or newer, got ${process.versions.node}; install a newer one, or start it as \`npm run -s pretext --\`, which brings its own\n`,
  );
  process.exit(1);
}

// `pretext metrics last | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await runCommandLine(process.argv.slice(2), {
  hostPath: join(import.meta.dirname, 'host.js'),
  appRoot: join(import.meta.dirname, '../..'),
});
// Written out before the end: a pipe takes its time, and process.exit() would cut it off.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
