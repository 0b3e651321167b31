/** What the import form says, as the options of the call: only what was changed is sent. */
import type { ImportOptions, Inspection } from '#app/records/dataset';

export interface ImportChoices {
  name: string;
  size: 'own' | 'square';
  /** Pixels; counts where size is `square`. */
  side: number;
  colour: 'own' | 'grey' | 'colour';
  /** Per cent. */
  validation: number;
  test: number;
  /** A CSV instead of the folder names. */
  labels: string | undefined;
}

export function importOptionsOf(choices: ImportChoices, inspection: Inspection): ImportOptions {
  const name = choices.name.trim();
  return {
    ...(name && name !== inspection.name && { name }),
    ...(choices.size === 'square' && { size: choices.side }),
    ...(choices.colour !== 'own' && { channels: choices.colour === 'grey' ? (1 as const) : (3 as const) }),
    ...(choices.labels !== undefined && { labels: choices.labels }),
    ...(inspection.format !== 'idx' || choices.validation !== 10 || choices.test !== 10
      ? { split: { validation: choices.validation / 100, test: choices.test / 100 } }
      : {}),
  };
}
