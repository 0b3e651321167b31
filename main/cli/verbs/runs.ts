/** Verbs that look back at runs. */
import type { Command } from 'commander';
import { type Failure, failureOf, PretextError } from '#app/contract';
import type { Dataset, Problem } from '#app/records/dataset';
import type { Run, Series } from '#app/records/run';
import { type Door, openDoor } from '../door';
import { short, table } from '../output';
import { sorted, where } from '../select';
import { each } from '../values';
import { inProject, type VerbContext } from '../verb';
import { datasetText, problemLines } from './data';
import { runText } from './train';

interface Flags {
  project?: string;
  json?: boolean;
}

export function addRunVerbs(program: Command, { places, out }: VerbContext): void {
  /** Opens the project, asks, prints for a script or for eyes, closes. */
  async function tell<T>({ project, json }: Flags, ask: (door: Door) => Promise<T>, show: (reply: T) => string) {
    const door = await openDoor({ places, project });
    try {
      const reply = await ask(door);
      out.write(json ? `${JSON.stringify(reply)}\n` : show(reply));
    } finally {
      await door.close();
    }
  }

  inProject(program.command('show <name>').description('everything about a run or a data set')).action(
    (word: string, flags: Flags) => tell(flags, (door) => recordOf(door, word), recordText),
  );

  inProject(program.command('runs').description('runs of the project, newest first'))
    .option('--where <condition>', 'field, operator (= != < <= > >= ~), value; may be given again', each)
    .option('--sort <field>', 'by a field, setting or metric; -field: greatest first')
    .option('--archived', 'those that were put away too')
    .action((flags: Flags & { where?: string[]; sort?: string; archived?: boolean }) =>
      tell(
        flags,
        async (door) => {
          const all = await door.ask('runs.list', { archived: flags.archived ?? false });
          const chosen = where(all, flags.where ?? []);
          return { runs: flags.sort === undefined ? chosen : sorted(chosen, flags.sort) };
        },
        ({ runs }) => runTable(runs),
      ),
    );

  inProject(
    program.command('compare <run...>').description('settings and results of several runs side by side'),
  ).action((runs: string[], flags: Flags) => tell(flags, (door) => door.ask('runs.compare', { runs }), comparison));

  inProject(program.command('metrics <run>').description('the whole history in full precision'))
    .option('--csv', 'step,name,value (also without this flag)')
    .action((word: string, flags: Flags & { csv?: boolean }) => {
      if (flags.csv && flags.json)
        throw new PretextError('metrics writes --csv or --json, not both', { kind: 'usage' });
      return tell(
        flags,
        async (door) => {
          const { id } = await door.ask('runs.get', { run: word });
          return { run: id, metrics: pointsOf(await door.ask('runs.metrics', { run: id })) };
        },
        ({ metrics }) =>
          ['step,name,value', ...metrics.map(({ step, name, value }) => `${step},${name},${value ?? 'nan'}`), ''].join(
            '\n',
          ),
      );
    });
}

/** All points, by step and then by name. What is not a finite number is null. */
export function pointsOf(series: Record<string, Series>): { step: number; name: string; value: number | null }[] {
  return Object.entries(series)
    .flatMap(([name, { steps, values }]) =>
      Array.from(steps, (step, at) => ({ step, name, value: Number.isFinite(values[at]) ? values[at]! : null })),
    )
    .sort((a, b) => a.step - b.step || (a.name < b.name ? -1 : 1));
}

type Shown = Run | (Dataset & { problems: Problem[] });

async function recordOf(door: Door, word: string): Promise<Shown> {
  const kinds = word.startsWith('d-') ? (['dataset'] as const) : (['run', 'dataset'] as const);
  let first: Failure | undefined;
  for (const kind of kinds)
    try {
      if (kind === 'run') return await door.ask('runs.get', { run: word });
      const dataset = await door.ask('datasets.get', { dataset: word });
      return { ...dataset, problems: await door.ask('datasets.problems', { dataset: dataset.id }) };
    } catch (error) {
      if (failureOf(error).kind !== 'usage') throw error;
      first ??= failureOf(error);
    }
  const { message, advice } = first!;
  throw new PretextError(
    word.startsWith('r-') || word.startsWith('d-') ? message : `there is neither a run nor a data set “${word}”`,
    {
      kind: 'usage',
      ...(advice !== undefined && { advice }),
    },
  );
}

const recordText = (record: Shown): string =>
  'recipe' in record
    ? runText(record)
    : `${datasetText(record)}${problemLines(record.problems)
        .map((line) => `  ${line}\n`)
        .join('')}`;

const runTable = (runs: readonly Run[]): string =>
  runs.length === 0
    ? 'no runs\n'
    : table(
        ['id', 'name', 'status', 'step', 'of', 'loss', 'validation'],
        runs.map((run) => [
          run.id,
          run.name,
          run.status,
          run.step,
          run.steps,
          lossOf(run, 'train/loss'),
          validationOf(run),
        ]),
      );
const lossOf = ({ metrics }: Run, name: string) => (metrics[name] ? short(metrics[name].last) : '');
function validationOf({ metrics }: Run): string {
  const [first] = Object.entries(metrics).filter(([name]) => /^validation\/(loss|mse)$/.test(name));
  return first ? `${first[0].slice('validation/'.length)} ${short(first[1].best)}` : '';
}

function comparison({
  runs,
  settings,
}: {
  runs: Run[];
  settings: { name: string; values: string[]; differ: boolean }[];
}): string {
  const heads = ['', ...runs.map(({ id }) => id)];
  const metrics = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  return [
    table(heads, [
      ['name', ...runs.map(({ name }) => name)],
      ['status', ...runs.map(({ status }) => status)],
      ...settings.map(({ name, values, differ }) => [`${differ ? '* ' : '  '}${name}`, ...values]),
    ]),
    '\n',
    table(
      ['newest value', ...runs.map(({ id }) => id)],
      metrics.map((name) => [name, ...runs.map((run) => lossOf(run, name))]),
    ),
  ].join('');
}
