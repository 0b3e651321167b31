/** What all verbs have in common: where they write, and the options that each of them takes. */
import { type Command, Option } from 'commander';
import type { Places } from './door';
import type { Streams } from './output';

/** What each verb is given besides its own arguments. */
export interface VerbContext extends Streams {
  places: Places;
  /** The verb has ended with this code instead of `done`. */
  exit(code: number): void;
}

/** `--project DIR` and `--json`, on every verb that has a project. */
export const inProject = (command: Command): Command =>
  asJson(command.addOption(new Option('--project <dir>', 'the project folder')));
export const asJson = (command: Command): Command =>
  command.addOption(new Option('--json', 'one JSON object on stdout, as its last line'));
