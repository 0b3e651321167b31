/** What is asked of a head or an evaluation and would be passed over in silence is refused instead. */
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';

/** @throws PretextError when a setting is none of `known`, or is not a number */
export function expectSettings(who: string, config: Config, known: readonly string[]): void {
  for (const [name, value] of Object.entries(config)) {
    if (!known.includes(name))
      throw new PretextError(`${who} has no setting “${name}”`, {
        kind: 'usage',
        advice: known.length > 0 ? `it has ${known.join(', ')}` : 'it has none: leave the setting out',
      });
    if (typeof value !== 'number')
      throw new PretextError(`${who}: ${name} must be a number, got “${value}”`, { kind: 'usage' });
  }
}
