/** The verbs of the command line, and what becomes of a command: its exit code and its one line of error. */
import { Command, CommanderError } from 'commander';
import { failureOf } from '#app/contract';
import { version } from '#main/calls';
import type { Places } from './door';
import { errorLine, exitOf, exits, type Streams } from './output';
import type { VerbContext } from './verb';
import { addCatalogueVerbs } from './verbs/catalogue';
import { addDataVerbs } from './verbs/data';
import { addExplainVerb } from './verbs/explain';
import { addRunVerbs } from './verbs/runs';
import { addTrainVerbs } from './verbs/train';
import { addUseVerbs } from './verbs/use';

/** Runs one command. Never throws; the exit code is 0 done, 1 failed, 2 wrong usage, 130 cancelled. */
export async function runCommandLine(
  args: readonly string[],
  places: Places,
  streams: Streams = { out: process.stdout, err: process.stderr },
): Promise<number> {
  let code: number = exits.done;
  const exit = (ended: number) => {
    code = ended;
  };
  const context: VerbContext = { ...streams, places, exit };
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.done : exits.usage;
    const failure = failureOf(error);
    if (failure.kind === 'internal' && error instanceof Error) streams.err.write(`${error.stack}\n`);
    streams.err.write(errorLine(failure));
    return exitOf(failure);
  }
}

function createProgram(context: VerbContext): Command {
  const program = new Command('pretext')
    .description('Self-supervised learning on your own machine: import, train, look inside, report.')
    .version(version)
    .showSuggestionAfterError()
    .addHelpText('after', `\n${projectHelp}\n`);
  // Before the verbs are added: they inherit both.
  program.exitOverride().configureOutput({
    writeOut: (text) => void context.out.write(text),
    writeErr: (text) => void context.err.write(text),
    outputError: (text, write) =>
      write(
        `pretext: ${text
          .replace(/^error: /, '')
          .trim()
          .replace(/\s*\n\s*/g, ' ')}\n`,
      ),
  });
  addCatalogueVerbs(program, context);
  addDataVerbs(program, context);
  addTrainVerbs(program, context);
  addRunVerbs(program, context);
  addUseVerbs(program, context);
  addExplainVerb(program, context);
  return program;
}

const projectHelp = `Without --project the project is $PRETEXT_PROJECT, or else Samples in $PRETEXT_HOME (~/Pretext).
Runs and data sets are named by id, by any unambiguous beginning of it, by their exact name, or by “last”.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.`;
