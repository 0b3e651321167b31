/** The verb that shows what a network is made of. */
import type { Command } from 'commander';
import { PretextError } from '#app/contract';
import { nearest } from '#main/calls';
import { type Door, interruptible, openDoor } from '../door';
import { networkText } from '../network-text';
import { createProgress } from '../progress';
import { oneOf, settingsOf, written } from '../values';
import { inProject, type VerbContext } from '../verb';
import { dataNamed } from './data';

interface ExplainFlags {
  project?: string;
  json?: boolean;
  data?: string;
  preset?: 'tiny' | 'small' | 'base';
  set?: Record<string, string>;
  profile?: boolean;
}

export function addExplainVerb(program: Command, { places, out, err }: VerbContext): void {
  inProject(
    program
      .command('explain <run|recipe>')
      .description('what a network is made of: parameters, work, memory and, measured, the time of each block'),
  )
    .option('--data <dataset>', 'of a recipe: the data it is built for; the newest when left out')
    .option('--preset <preset>', 'of a recipe: tiny, small or base', oneOf(['tiny', 'small', 'base']))
    .option('--set <path=value>', 'of a recipe: a setting; may be given again', written)
    .option('--profile', 'run a few real steps and tell where their time goes')
    .action(async (word: string, { project, json, ...flags }: ExplainFlags) => {
      const door = await openDoor({ places, project, create: flags.data !== undefined });
      try {
        const network = await explain(door, word, flags);
        out.write(json ? `${JSON.stringify(network)}\n` : networkText(network));
      } finally {
        await door.close();
      }
    });

  async function explain(door: Door, word: string, { data, preset, set, profile = false }: ExplainFlags) {
    const recipes = (await door.ask('recipes.list')).map(({ id }) => id);
    const isRecipe = recipes.includes(word);
    const fields = isRecipe ? (await door.ask('recipes.describe', { recipe: word })).fields : [];
    if (!isRecipe) await expectRun(door, word, recipes);
    const dataset = data === undefined ? undefined : (await dataNamed(door, data, err)).id;
    const about = {
      ...(isRecipe ? { recipe: word } : { run: word }),
      ...(dataset !== undefined && { dataset }),
      ...(preset && { preset }),
      ...(set && { config: settingsOf(set, fields) }),
    };
    const progress = createProgress(err);
    let job: string | undefined;
    const off = door.on('job.changed', (told) => {
      if (told.kind !== 'profile') return;
      job = told.id;
      if (told.status === 'running') progress.show(told);
    });
    const stop = () => {
      if (job !== undefined) door.ask('jobs.cancel', { job }).catch(() => {}); // it has just ended by itself
    };
    try {
      return await interruptible(door.ask('network.explain', { ...about, profile }), stop);
    } finally {
      off();
      progress.end();
    }
  }
}

/** A word that is no recipe must be a run; one that is nearly a recipe was meant as one. */
async function expectRun(door: Door, word: string, recipes: readonly string[]): Promise<void> {
  try {
    await door.ask('runs.get', { run: word });
  } catch (error) {
    const [near] = nearest(word, recipes);
    if (near === undefined) throw error;
    const message = `“${word}” is neither a recipe nor a run`;
    throw new PretextError(message, { kind: 'usage', advice: `did you mean ${near}?`, cause: error });
  }
}
