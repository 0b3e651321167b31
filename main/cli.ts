#!/usr/bin/env node
/** The command line: the same rooms as the window, without one. */
import { join } from 'node:path';
import { runCommandLine } from './cli/program';

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
