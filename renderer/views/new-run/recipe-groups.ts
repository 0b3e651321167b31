/** Recipes as the chooser lists them. */
import type { RecipeSummary } from '#app/records/recipe';

/** In the order in which they come: that of the lecture. */
export function groupRecipes(list: readonly RecipeSummary[]): { group: string; list: RecipeSummary[] }[] {
  const names = [...new Set(list.map(({ group }) => group))];
  return names.map((group) => ({ group, list: list.filter((recipe) => recipe.group === group) }));
}

/** Every word typed must occur in what the recipe says of itself. */
export function matches({ id, title, group, family, summary, paper }: RecipeSummary, text: string): boolean {
  const said = [id, title, group, family, summary, paper].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
