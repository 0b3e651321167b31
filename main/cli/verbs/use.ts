/** Verbs that use a trained run: measure it, apply it, take it elsewhere, report on it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import { type ReportSection, reportSection } from '#app/records/report';
import type { Evaluation } from '#app/records/run';
import { type Door, interruptible, openDoor } from '../door';
import { list, short, table } from '../output';
import { createProgress } from '../progress';
import { each, number, oneOf, setting } from '../values';
import { inProject, type VerbContext } from '../verb';
import { dataNamed } from './data';

interface Flags {
  project?: string;
  json?: boolean;
}
type SplitName = 'train' | 'validation' | 'test';
const splitNames = ['train', 'validation', 'test'] as const;
interface ApplyFlags extends Flags {
  data?: string;
  split?: SplitName;
  step?: number;
  input?: string[];
  output?: string;
  limit?: number;
  set?: Config;
}

export function addUseVerbs(program: Command, { places, out, err }: VerbContext): void {
  /** Opens the project, does the work, prints for a script or for eyes, closes. */
  async function tell<T>({ project, json }: Flags, work: (door: Door) => Promise<T>, show: (reply: T) => string) {
    const door = await openDoor({ places, project });
    try {
      const reply = await work(door);
      out.write(json ? `${JSON.stringify(reply)}\n` : show(reply));
    } finally {
      await door.close();
    }
  }

  inProject(program.command('evaluate <run> <evaluation>').description('measure a run on a data split'))
    .option('--data <dataset>', "another data set than the run's own")
    .option('--split <split>', 'train, validation or test', oneOf(splitNames))
    .option('--set <path=value>', 'a setting of the evaluation; may be given again', setting)
    .action((run: string, evaluation: string, flags: Flags & { data?: string; split?: SplitName; set?: Config }) =>
      tell(flags, (door) => evaluate(door, run, evaluation, flags), evaluationText),
    );

  async function evaluate(
    door: Door,
    run: string,
    evaluation: string,
    { data, split, set }: { data?: string; split?: SplitName; set?: Config },
  ) {
    const dataset = data === undefined ? undefined : (await dataNamed(door, data, err)).id;
    let measured: Evaluation | undefined;
    door.on('run.evaluated', (record) => {
      measured = record;
    });
    const options = { ...(dataset && { dataset }), ...(split && { split }), ...(set && { config: set }) };
    const { job } = await door.ask('runs.evaluate', { run, evaluation, ...options });
    const progress = createProgress(err);
    const work = door.finished(job, (now) => progress.show(now));
    await interruptible(work, () => void door.ask('jobs.cancel', { job })).finally(() => progress.end());
    const { id: _, createdAt: __, ...record } = measured!;
    return { ...record, artefacts: [] as string[] };
  }

  inProject(
    program.command('apply <run> <head>').description('use a trained run: embed, reconstruct, codes, decode, …'),
  )
    .option('--data <dataset>', "items of this data set; default the run's own")
    .option('--split <split>', 'train, validation or test', oneOf(splitNames))
    .option('--step <n>', 'the checkpoint of this step; default the best', number({ min: 0, integer: true }))
    .option('--input <file>', 'an image file (again for more) or a table of rows, or - for one on stdin', each)
    .option('--output <path>', 'a file or folder for what comes out; default: print it')
    .option('--limit <n>', 'at most so many items', number({ min: 1, integer: true }))
    .option('--set <path=value>', 'a setting of the head; may be given again', setting)
    .action((run: string, head: string, flags: ApplyFlags) =>
      tell(
        flags,
        (door) => apply(door, run, head, flags),
        (reply) =>
          list([
            ['head', `${reply.head}, step ${reply.step}`],
            ['count', reply.count],
            ['shape', reply.shape.join(' × ')],
            ['files', reply.files.join(', ')],
            ['values', reply.values.length > 0 ? JSON.stringify(reply.values) : undefined],
          ]),
      ),
    );

  async function apply(
    door: Door,
    run: string,
    head: string,
    { data, input, output, set, split, step, limit }: ApplyFlags,
  ) {
    const piped = await stdinFiles(input);
    try {
      return await door.ask('runs.apply', {
        run,
        head,
        ...(data !== undefined && { dataset: (await dataNamed(door, data, err)).id }),
        ...(input && { inputs: input.map((file) => piped.path(file) ?? resolve(file)) }),
        ...(output !== undefined && { output: resolve(output) }),
        ...(set && { config: set }),
        ...(split && { split }),
        ...(step !== undefined && { step }),
        ...(limit !== undefined && { limit }),
      });
    } finally {
      await piped.remove();
    }
  }

  inProject(
    program.command('export <run>').description('write a run as .onnx, as .safetensors, or all of it into a folder'),
  )
    .requiredOption('--to <path>', 'FILE.onnx, FILE.safetensors or a folder')
    .option('--step <n>', 'the checkpoint of this step; default the best', number({ min: 0, integer: true }))
    .action((run: string, flags: Flags & { to: string; step?: number }) =>
      tell(
        flags,
        async (door) => {
          const step = flags.step === undefined ? {} : { step: flags.step };
          return { run, ...(await door.ask('runs.export', { run, to: resolve(flags.to), ...step })) };
        },
        ({ files }) =>
          table(
            ['file', 'bytes'],
            files.map(({ path, bytes }) => [path, bytes]),
          ),
      ),
    );

  inProject(program.command('report <run...>').description('one page about runs: FILE.html, FILE.pdf or FILE.md'))
    .requiredOption('--to <file>', 'FILE.html, FILE.pdf or FILE.md')
    .option('--title <title>', 'heading of the page')
    .option('--sections <names>', `some of ${reportSection.options.join(',')}`, sectionsOf)
    .addOption(new Option('--theme <theme>', 'light or dark').argParser(oneOf(['light', 'dark'])))
    .option('--figure-data', 'the numbers of the charts inside the page')
    .action((runs: string[], { project, json, to, ...options }: Flags & { to: string }) =>
      tell(
        { ...(project !== undefined && { project }), ...(json && { json }) },
        (door) => door.ask('reports.export', { runs, to: resolve(to), ...options }),
        ({ path, bytes }) => `${path} (${bytes} bytes)\n`,
      ),
    );
}

const sectionsOf = (text: string): ReportSection[] =>
  text.split(',').map((word) => oneOf(reportSection.options)(word.trim()));

const evaluationText = ({
  run,
  evaluation,
  dataset,
  split,
  n,
  step,
  figures,
  tables,
}: Omit<Evaluation, 'id' | 'createdAt'>) =>
  [
    list([
      ['run', `${run}, step ${step}`],
      ['evaluation', `${evaluation} on ${n} items of ${split} of ${dataset}`],
      ...Object.entries(figures).map(([name, value]) => [name, short(value)] as const),
    ]),
    ...Object.entries(tables).map(([name, { columns, rows }]) => `\n${name}\n${table(columns, rows)}`),
  ].join('');

/** What comes on stdin as a file, since heads read files. */
async function stdinFiles(inputs: readonly string[] | undefined) {
  if (!inputs?.includes('-')) return { path: () => undefined, remove: async () => {} };
  const bytes = await buffer(process.stdin);
  if (bytes.length === 0)
    throw new PretextError('--input - must be given a file on stdin, but nothing came', { kind: 'usage' });
  const folder = await mkdtemp(join(tmpdir(), 'pretext-in-'));
  const file = join(folder, 'stdin');
  await writeFile(file, bytes);
  return {
    path: (input: string) => (input === '-' ? file : undefined),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
