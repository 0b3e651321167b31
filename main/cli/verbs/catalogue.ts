/** Verbs that need no project: what there is to train, to train on, and to train with. */
import type { Command } from 'commander';
import type { Doctor } from '#app/records/project';
import type { Field, RecipeDescription } from '#app/records/recipe';
import { type Door, openDoor } from '../door';
import { list, table } from '../output';
import { asJson, type VerbContext } from '../verb';

export function addCatalogueVerbs(program: Command, { places, out }: VerbContext): void {
  /** Asks without a project; prints for a script or for eyes. */
  async function tell<T>(json: boolean | undefined, ask: (door: Door) => Promise<T>, show: (reply: T) => string) {
    const door = await openDoor({ places, project: null });
    try {
      const reply = await ask(door);
      out.write(json ? `${JSON.stringify(reply)}\n` : show(reply));
    } finally {
      await door.close();
    }
  }

  asJson(program.command('recipes').description('every self-supervised system')).action(({ json }) =>
    tell(
      json,
      async (door) => ({ recipes: await door.ask('recipes.list') }),
      ({ recipes }) =>
        table(
          ['recipe', 'family', 'data', 'paper', 'heads', 'evaluations'],
          recipes.map(({ id, family, modalities, paper, heads, evaluations }) => [
            id,
            family,
            modalities.join(' '),
            paper,
            heads.join(' '),
            evaluations.join(' '),
          ]),
        ),
    ),
  );

  asJson(
    program.command('describe <recipe>').description('its settings with units, ranges, defaults and presets'),
  ).action((recipe: string, { json }) => tell(json, (door) => door.ask('recipes.describe', { recipe }), described));

  asJson(program.command('samples').description('built-in sample data sets')).action(({ json }) =>
    tell(
      json,
      async (door) => ({ samples: await door.ask('datasets.samples') }),
      ({ samples }) =>
        table(
          ['sample', 'items', 'data', 'recipe', 'title'],
          samples.map(({ id, count, modality, recipe, title }) => [id, count, modality, recipe, title]),
        ),
    ),
  );

  asJson(
    program.command('doctor').description('versions, devices with their measured speed, and what is missing'),
  ).action(({ json }) => tell(json, (door) => door.ask('app.doctor', { measure: true }), examined));
}

function described({
  title,
  paper,
  summary,
  split,
  fields,
  terms,
  twins,
  heads,
  evaluations,
}: RecipeDescription): string {
  const rows = fields.map((field) => [
    field.path,
    rangeOf(field),
    field.unit ?? '',
    String(field.default),
    ...(['tiny', 'small', 'base'] as const).map((preset) => String(field.presets[preset])),
    field.reason,
  ]);
  return [
    `${title} – ${paper}\n${summary}\n\n`,
    list([
      ['is given', split.input],
      ['gives back', split.target],
      ['heads', heads.join(', ')],
      ['evaluations', evaluations.join(', ')],
      ...terms.map(({ name, formula, meaning }) => [name, `${formula}: ${meaning}`] as const),
    ]),
    `\n${table(['setting', 'range', 'unit', 'default', 'tiny', 'small', 'base', 'why'], rows)}`,
    twins.length > 0
      ? `\nbroken on purpose\n${list(twins.map(({ title, set, expect }) => [settingsOf(set), `${title}: ${expect}`]))}`
      : '',
  ].join('');
}

const settingsOf = (set: object) =>
  Object.entries(set)
    .map(([path, value]) => `--set ${path}=${value}`)
    .join(' ');
function rangeOf({ kind, choices, min, max }: Field): string {
  if (kind === 'boolean') return 'true, false';
  return choices ? choices.map(({ value }) => value).join(', ') : `${min} … ${max}`;
}

function examined({ versions, devices, memory, disk, threads, problems }: Doctor): string {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  return [
    list([
      ...Object.entries(versions),
      ['threads', threads],
      ['memory', `${gigabytes(memory.freeBytes)} free of ${gigabytes(memory.totalBytes)}`],
      ['disk', `${gigabytes(disk.freeBytes)} free at ${disk.directory}`],
      ...devices.map(({ device, label, available, reason, gflops, default: chosen }) => {
        const speed = gflops === undefined ? '' : `, ${gflops.toFixed(0)} Gflop/s`;
        const state = available ? `${label}${speed}${chosen ? ' (default)' : ''}` : `not available: ${reason ?? label}`;
        return [device, state] as const;
      }),
    ]),
    ...problems.map(({ what, fix }) => `\n${what}\n  ${fix}\n`),
  ].join('');
}
