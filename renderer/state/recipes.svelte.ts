/** The self-supervised systems that can be trained; descriptions are fetched once each. */
import type { RecipeDescription, RecipeSummary } from '#app/records/recipe';
import { call } from './bridge';

class Recipes {
  list = $state.raw<RecipeSummary[]>([]);
  #described = new Map<string, Promise<RecipeDescription>>();

  async start(): Promise<void> {
    this.list = await call('recipes.list');
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
