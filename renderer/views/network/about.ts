/** Which network an address means: a run's, or that of a recipe with settings not yet trained. */
import { config, presetName } from '#app/records/recipe';
import type { About } from '../../explorers/network/net.svelte';

/** Unreadable settings in an address are left out: the recipe's own then count. */
export function aboutOf(query: Readonly<Record<string, string>>): About | undefined {
  const { run, recipe, data, preset, set } = query;
  if (run) return { run };
  if (!recipe) return undefined;
  const changes = config.safeParse(parsed(set));
  const named = presetName.safeParse(preset);
  return {
    recipe,
    ...(data && { dataset: data }),
    ...(named.success && { preset: named.data }),
    ...(changes.success && { config: changes.data }),
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
