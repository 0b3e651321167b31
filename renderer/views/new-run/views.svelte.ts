/** Views of one item as the settings would make them, asked for anew while the settings move. */
import { failureOf } from '#app/contract';
import type { Pictures } from '#app/records/common';
import { call } from '../../state/bridge';
import type { Draft } from './draft.svelte';

/** Views are cheap, and looked at while a slider moves: asked for after this much rest, in milliseconds. */
const REST = 60;

export class ComposedViews {
  /** Place of the item in the train split. */
  item = $state(0);
  /** Another number, other chances. */
  seed = $state(0);
  shown = $state.raw<{ item: Pictures; views: Pictures }>();
  failure = $state.raw<{ message: string; advice?: string | undefined }>();
  #asked = 0;

  /** Asks for what the draft would make; reads it, so that an effect follows it. Gives back how to stop. */
  follow(draft: Draft, pairs: number): () => void {
    const { recipe, data: dataset, preset, changes: config, issues } = draft;
    const { item, seed } = this;
    if (!recipe || dataset === undefined || issues.length > 0) return () => {};
    const asked = ++this.#asked;
    const timer = setTimeout(async () => {
      try {
        const shown = await call('recipes.views', { recipe: recipe.id, dataset, preset, config, item, pairs, seed });
        if (asked !== this.#asked) return;
        this.shown = shown;
        this.failure = undefined;
      } catch (error) {
        if (asked === this.#asked) this.failure = failureOf(error);
      }
    }, REST);
    return () => clearTimeout(timer);
  }
}
