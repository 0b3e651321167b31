/** Verbs that train: start, go on, stop. */
import { type Command, Option } from 'commander';
import type { Failure } from '#app/contract';
import { type DeviceChoice, deviceChoice, type Run } from '#app/records/run';
import { isActive } from '#main/calls';
import { type Door, interruptible, openDoor } from '../door';
import { errorLine, exits, list, type Streams, short } from '../output';
import { createProgress } from '../progress';
import { number, oneOf, settingsOf, written } from '../values';
import { inProject, type VerbContext } from '../verb';
import { dataNamed } from './data';

interface TrainFlags {
  project?: string;
  json?: boolean;
  data: string;
  from?: string;
  preset?: 'tiny' | 'small' | 'base';
  set?: Record<string, string>;
  steps?: number;
  epochs?: number;
  minutes?: number;
  seed?: number;
  device?: DeviceChoice;
  name?: string;
}

export function addTrainVerbs(program: Command, context: VerbContext): void {
  const { places, out, err } = context;

  inProject(program.command('train <recipe>').description('train a self-supervised system'))
    .requiredOption('--data <dataset>', 'a data set by id or name, sample:NAME, or a path to import')
    .option('--from <run>', 'start from what that run has learned')
    .option('--preset <preset>', 'tiny, small or base', oneOf(['tiny', 'small', 'base']))
    .option('--set <path=value>', 'a setting of the recipe; may be given again', written)
    .addOption(
      new Option('--steps <n>', 'how many steps').argParser(number({ min: 1, integer: true })).conflicts('epochs'),
    )
    .option('--epochs <n>', 'how many times through the training items', number({ min: 1e-6 }))
    .option('--minutes <m>', 'stop after this long at the latest', number({ min: 1e-3 }))
    .option('--seed <n>', 'the same seed gives the same run', number({ min: 0, max: 2 ** 31 - 1, integer: true }))
    .option('--device <device>', 'auto, cpu, webgpu, cuda, dml or coreml', oneOf(deviceChoice.options))
    .option('--name <name>', 'what to call the run')
    .action(async (recipe: string, { project, json, data, set, ...flags }: TrainFlags) => {
      const door = await openDoor({ places, project, create: true });
      try {
        const { fields } = await door.ask('recipes.describe', { recipe }); // a slip of the pen is told before data is brought in
        const dataset = await dataNamed(door, data, err);
        const run = await door.ask('runs.start', {
          ...flags,
          recipe,
          dataset: dataset.id,
          ...(set && { config: settingsOf(set, fields) }),
        });
        await report(door, run, json);
      } finally {
        await door.close();
      }
    });

  inProject(program.command('resume <run>').description('go on from the last checkpoint')).action(
    async (word: string, { project, json }: { project?: string; json?: boolean }) => {
      const door = await openDoor({ places, project });
      try {
        await report(door, await door.ask('runs.resume', { run: word }), json);
      } finally {
        await door.close();
      }
    },
  );

  inProject(
    program.command('cancel <run>').description('stop a run after a last checkpoint, also one of another process'),
  ).action(async (word: string, { project, json }: { project?: string; json?: boolean }) => {
    const door = await openDoor({ places, project });
    try {
      const { id, status, step } = await door.ask('runs.cancel', { run: word });
      out.write(json ? `${JSON.stringify({ run: id, status, steps: step })}\n` : `${id}: ${status} at step ${step}\n`);
    } finally {
      await door.close();
    }
  });

  /** Follows a run to its end, prints what came of it, and sets the exit code. */
  async function report(door: Door, started: Run, json: boolean | undefined): Promise<void> {
    const run = await follow(door, started, err);
    const checkpoint = (await door.ask('runs.checkpoints', { run: run.id })).at(-1);
    out.write(json ? `${JSON.stringify(summaryOf(run, checkpoint))}\n` : runText(run));
    if (run.status === 'finished') return;
    context.exit(run.status === 'cancelled' ? exits.cancelled : exits.failed);
    err.write(errorLine(endOf(run)));
  }
}

const endOf = (run: Run): Failure =>
  run.status === 'cancelled'
    ? {
        kind: 'cancelled',
        message: `run ${run.id} was stopped at step ${run.step}`,
        advice: `go on with \`pretext resume ${run.id}\``,
      }
    : { kind: 'failed', message: `run ${run.id} ${run.status}: ${run.error ?? 'no reason was given'}` };

/** Waits for the end of a run that trains in this process. Ctrl-C stops it after a last checkpoint. */
export async function follow(door: Door, started: Run, err: Streams['err']): Promise<Run> {
  const progress = createProgress(err);
  progress.say(`${started.id} ${started.name}: ${started.recipe} on ${started.datasetName}, seed ${started.seed}`);
  const wanted = ['validation', 'warning']; // an error ends the run, and its end is told once, as the last line
  let loss = '';
  door.on('run.event', ({ run, event }) => {
    if (run === started.id && wanted.includes(event.level)) progress.say(`step ${event.step}: ${event.text}`);
  });
  door.on('job.changed', (job) => {
    if (job.run === started.id && job.status === 'running') progress.show(job, loss);
  });
  const ended = new Promise<Run>((resolve) => {
    const hear = (run: Run) => {
      if (run.id !== started.id) return;
      const now = run.metrics['train/loss'];
      if (now) loss = `loss ${short(now.last)}, ${short(run.itemsPerSecond)} items/s`;
      if (!isActive(run.status)) resolve(run);
    };
    door.on('run.changed', hear);
    void door.ask('runs.get', { run: started.id }).then(hear); // it may have ended before anyone listened
  });
  const stop = () => {
    progress.say('stopping after a last checkpoint (Ctrl-C again ends at once)');
    door.ask('runs.cancel', { run: started.id }).catch(() => {}); // it has just ended by itself
  };
  const run = await interruptible(ended, stop);
  progress.end();
  return run;
}

/** What `train --json` ends with. */
export const summaryOf = (run: Run, checkpoint: { step: number; hash: string; bytes: number } | undefined) => ({
  run: run.id,
  name: run.name,
  recipe: run.recipe,
  dataset: run.dataset,
  status: run.status,
  steps: run.step,
  seconds: run.seconds,
  itemsPerSecond: run.itemsPerSecond,
  device: run.device ?? run.deviceChoice,
  seed: run.seed,
  metrics: run.metrics,
  checkpoint: checkpoint ? { step: checkpoint.step, hash: checkpoint.hash, bytes: checkpoint.bytes } : null,
});

export const runText = (run: Run): string =>
  list([
    ['run', run.id],
    ['name', run.name],
    ['recipe', `${run.recipe} (${run.preset})`],
    ['data', `${run.datasetName}, version ${run.datasetVersion}`],
    ['seed', run.seed],
    ['status', run.status],
    ['error', run.error],
    ['steps', `${run.step} of ${run.steps}`],
    ['seconds', run.seconds.toFixed(1)],
    ['items per second', short(run.itemsPerSecond)],
    ['device', run.device ?? run.deviceChoice],
    ...Object.entries(run.metrics).map(
      ([name, { last, best, step }]) => [name, `${short(last)} at step ${step}, best ${short(best)}`] as const,
    ),
  ]);
