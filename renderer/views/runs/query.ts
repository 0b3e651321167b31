/** The filter above the runs: `data:glyphs status:done val<0.005 K>=128` and plain words. */
import type { RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';

export interface Comparison {
  name: string;
  operator: '<' | '<=' | '>' | '>=' | '=' | '!=';
  value: string;
}
export interface Query {
  words: string[];
  /** key:value, all lower case. */
  facets: { key: string; value: string }[];
  comparisons: Comparison[];
}

export const facetKeys = ['data', 'status', 'recipe', 'tag', 'device', 'preset', 'seed', 'archived'] as const;

export function parseQuery(text: string): Query {
  const query: Query = { words: [], facets: [], comparisons: [] };
  for (const token of text.match(/"[^"]*"|\S+/g) ?? []) {
    const facet = /^([a-z]+):(.+)$/i.exec(token);
    const comparison = /^([\p{L}][\p{L}\p{N}_/.]*)(<=|>=|!=|<|>|=)(.+)$/u.exec(token);
    if (facet && (facetKeys as readonly string[]).includes(facet[1]!.toLowerCase()))
      query.facets.push({ key: facet[1]!.toLowerCase(), value: facet[2]!.replaceAll('"', '').toLowerCase() });
    else if (comparison)
      query.comparisons.push({
        name: comparison[1]!,
        operator: comparison[2] as Comparison['operator'],
        value: comparison[3]!,
      });
    else query.words.push(token.replaceAll('"', '').toLowerCase());
  }
  return query;
}

/** Words that users and the window say for a state. */
const statusWords: Record<Run['status'], string[]> = {
  queued: ['queued'],
  running: ['running', 'training'],
  paused: ['paused'],
  interrupted: ['interrupted'],
  finished: ['finished', 'done'],
  failed: ['failed'],
  cancelled: ['cancelled', 'stopped'],
};

/** What a name in a comparison stands for: `val`, a column, a figure, a setting or its symbol. */
export function lookUp(
  run: Run,
  name: string,
  recipe: RecipeDescription | undefined,
): number | string | boolean | undefined {
  const own: Record<string, number | undefined> = {
    val: recipe && run.metrics[recipe.headline.metric]?.best,
    step: run.step,
    steps: run.steps,
    params: run.parameters,
    seconds: run.seconds,
    speed: run.itemsPerSecond,
    seed: run.seed,
  };
  if (name in own) return own[name];
  const field =
    recipe?.fields.find(({ path, symbol }) => path === name || symbol === name) ??
    recipe?.fields.find(({ path }) => path.toLowerCase() === name.toLowerCase());
  if (field) return run.config[field.path];
  if (run.config[name] !== undefined) return run.config[name];
  const metric = [name, `validation/${name}`, `train/${name}`].find((one) => run.metrics[one] !== undefined);
  return metric === undefined ? undefined : run.metrics[metric]?.last;
}

function holds(found: number | string | boolean | undefined, { operator, value }: Comparison): boolean {
  if (found === undefined) return false;
  if (operator === '=') return String(found).toLowerCase() === value.toLowerCase() || Number(found) === Number(value);
  if (operator === '!=')
    return !(String(found).toLowerCase() === value.toLowerCase() || Number(found) === Number(value));
  const [a, b] = [Number(found), Number(value)];
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;
}

/** Facets with one key are alternatives; everything else must hold together. Archived runs are hidden unless asked for. */
export function fits(run: Run, query: Query, recipe: RecipeDescription | undefined): boolean {
  const facet: Record<string, (value: string) => boolean> = {
    data: (value) => run.datasetName.toLowerCase().includes(value) || run.dataset === value,
    status: (value) => statusWords[run.status].some((word) => word.startsWith(value)),
    recipe: (value) => run.recipe.includes(value) || (recipe?.title.toLowerCase().includes(value) ?? false),
    tag: (value) => run.tags.some((tag) => tag.toLowerCase().includes(value)),
    device: (value) => (run.device ?? run.deviceChoice) === value,
    preset: (value) => run.preset === value,
    seed: (value) => String(run.seed) === value,
    archived: (value) => value === 'all' || run.archived === (value === 'yes'),
  };
  const keys = new Set(query.facets.map(({ key }) => key));
  if (!keys.has('archived') && run.archived) return false;
  const said = [run.name, run.id, run.note, run.datasetName, recipe?.title ?? run.recipe, ...run.tags]
    .join(' ')
    .toLowerCase();
  return (
    [...keys].every((key) => query.facets.some((one) => one.key === key && facet[key]!(one.value))) &&
    query.words.every((word) => said.includes(word)) &&
    query.comparisons.every((one) => holds(lookUp(run, one.name, recipe), one))
  );
}

/** The text with one facet set anew, or taken away. */
export function withFacet(text: string, key: string, value: string | undefined): string {
  const rest = (text.match(/"[^"]*"|\S+/g) ?? []).filter((token) => !token.toLowerCase().startsWith(`${key}:`));
  return [...rest, ...(value === undefined ? [] : [`${key}:${value}`])].join(' ');
}
