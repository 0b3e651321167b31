/** `runs --where … --sort …`: picks and orders runs by their fields, settings and metrics. */
import { PretextError } from '#app/contract';
import type { Run } from '#app/records/run';

type Value = string | number | boolean | undefined;
const operators = ['!=', '<=', '>=', '=', '<', '>', '~'] as const;

/** A field, a setting of the recipe, or the newest value of a metric (`validation/mse`; `best:validation/mse` the best). */
export function fieldOf(run: Run, name: string): Value {
  if (name === 'tag') return run.tags.join(',');
  if (name === 'data' || name === 'dataset') return run.datasetName;
  const field = (run as unknown as Record<string, unknown>)[name];
  if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean') return field;
  if (name.startsWith('best:')) return run.metrics[name.slice(5)]?.best;
  return run.config[name] ?? run.metrics[name]?.last;
}

/** All conditions must hold; a run without the field passes none but `!=`. @throws PretextError for an unknown form */
export function where(runs: readonly Run[], conditions: readonly string[]): Run[] {
  const tests = conditions.map(conditionOf);
  for (const { name } of tests) checkField(runs, name);
  return runs.filter((run) => tests.every(({ name, holds }) => holds(fieldOf(run, name))));
}

/** By a field, ascending, or descending with a `-` before it; runs without it come last. */
export function sorted(runs: readonly Run[], by: string): Run[] {
  const [name, sign] = by.startsWith('-') ? [by.slice(1), -1] : [by, 1];
  checkField(runs, name);
  return [...runs].sort((a, b) => {
    const [x, y] = [fieldOf(a, name), fieldOf(b, name)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * (x < y ? -1 : x > y ? 1 : 0);
  });
}

function conditionOf(text: string): { name: string; holds(value: Value): boolean } {
  const found = operators
    .map((operator) => ({ operator, at: text.indexOf(operator) }))
    .filter(({ at }) => at > 0)
    .sort((a, b) => a.at - b.at || b.operator.length - a.operator.length)[0];
  if (!found)
    throw new PretextError(`--where must be field, operator, value, got “${text}”`, {
      kind: 'usage',
      advice: `write for instance --where status=finished or --where "validation/mse<0.03"; operators: ${operators.join(' ')}`,
    });
  const { operator, at } = found;
  return { name: text.slice(0, at).trim(), holds: compared(operator, text.slice(at + operator.length).trim()) };
}

function compared(operator: (typeof operators)[number], wanted: string): (value: Value) => boolean {
  const asNumber = Number(wanted);
  const same = (value: Value) => (typeof value === 'number' ? value === asNumber : String(value) === wanted);
  switch (operator) {
    case '=':
      return (value) => value !== undefined && same(value);
    case '!=':
      return (value) => value === undefined || !same(value);
    case '~':
      return (value) => value !== undefined && String(value).toLowerCase().includes(wanted.toLowerCase());
    case '<':
      return (value) => typeof value === 'number' && value < asNumber;
    case '<=':
      return (value) => typeof value === 'number' && value <= asNumber;
    case '>':
      return (value) => typeof value === 'number' && value > asNumber;
    case '>=':
      return (value) => typeof value === 'number' && value >= asNumber;
  }
}

/** A name that no run has is a slip of the pen. */
function checkField(runs: readonly Run[], name: string): void {
  const optional = ['device', 'parent', 'error', 'startedAt', 'endedAt'];
  if (runs.length === 0 || optional.includes(name) || runs.some((run) => fieldOf(run, name) !== undefined)) return;
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  throw new PretextError(`no run has a field “${name}”`, {
    kind: 'usage',
    advice: `fields are those of \`pretext show RUN --json\`, the recipe's settings, and the metrics ${metrics.slice(0, 6).join(', ') || '(none yet)'}`,
  });
}
