/** The self-supervised systems that can be trained; descriptions are fetched once each. */
import type { RecipeDescription, RecipeSummary } from '#app/records/recipe';
import { call } from './bridge';

class Recipes {
  list = $state.raw<RecipeSummary[]>([]);
  /** Those that a run can be started of; the others are imported. */
  readonly trainable: RecipeSummary[] = $derived(this.list.filter(({ imported }) => !imported));
  #described = new Map<string, Promise<RecipeDescription>>();

  /** What each recipe is judged by, once described. */
  #headlines = $state.raw(new Map<string, RecipeDescription['headline']>());

  async start(): Promise<void> {
    this.list = await call('recipes.list');
    const described = await Promise.all(this.list.map(({ id }) => this.describe(id)));
    this.#headlines = new Map(described.map(({ id, headline }) => [id, headline]));
  }
  /** The figure by which a run is judged, and whether less of it is better. */
  headline(recipe: string): RecipeDescription['headline'] | undefined {
    return this.#headlines.get(recipe);
  }
  byId(id: string | undefined): RecipeSummary | undefined {
    return this.list.find((recipe) => recipe.id === id);
  }
  title(id: string): string {
    return this.byId(id)?.title ?? id;
  }
  describe(id: string): Promise<RecipeDescription> {
    let answer = this.#described.get(id);
    if (!answer) {
      answer = call('recipes.describe', { recipe: id });
      answer.catch(() => this.#described.delete(id));
      this.#described.set(id, answer);
    }
    return answer;
  }
}

export const recipes = new Recipes();
