/** What the table shows: the filter, the order, the groups and the columns, worked out from the records as they change. */
import { SvelteSet } from 'svelte/reactivity';
import type { Run } from '#app/records/run';
import { recipes as store } from '../../state/recipes.svelte';
import { runs as records } from '../../state/runs.svelte';
import { type Choice, chosenFacts } from './columns';
import { factsOf, headlineOf, type Recipes, type RunFact } from './facts';
import { matches, parseQuery, problemOf, type Term } from './query';
import { type Grouping, makeRows, type Row, type Sorting, sortRuns } from './rows';

const kept = 'runs:columns';
const readChoice = (): Choice => {
  try {
    return JSON.parse(globalThis.localStorage?.getItem(kept) ?? '{}');
  } catch {
    return {};
  }
};

export class RunsModel {
  text = $state('');
  sorting = $state.raw<Sorting>({ by: 'started', down: true });
  grouping = $state<Grouping>('recipe');
  recipes = $state.raw<Recipes>(new Map());
  readonly #closed = new SvelteSet<string>();
  #choice = $state.raw<Choice>(readChoice());

  /**
   * What decides which facts there are. A text, so that a run that goes on, whose record is another one four times a
   * second, leaves facts and columns as they are, and with them every row but its own.
   */
  readonly #shape = $derived(
    [
      ...this.recipes.keys(),
      ...new Set(
        records.all.flatMap(({ recipe, metrics, config }) => [recipe, ...Object.keys(metrics), ...Object.keys(config)]),
      ),
    ].join('\n'),
  );
  readonly facts: RunFact[] = $derived.by(() => {
    this.#shape;
    return factsOf(records.all, this.recipes);
  });
  readonly terms: Term[] = $derived(parseQuery(this.text));
  readonly problems: string[] = $derived(this.terms.flatMap((term) => problemOf(term, this.facts) ?? []));
  readonly shown: Run[] = $derived(records.all.filter((run) => matches(run, this.terms, this.facts)));

  readonly #columnIds = $derived(
    chosenFacts(this.facts, this.shown, this.#choice)
      .map(({ id }) => id)
      .join('\n'),
  );
  readonly columns: RunFact[] = $derived.by(() => {
    const ids = this.#columnIds.split('\n');
    return ids.flatMap((id) => this.facts.find((fact) => fact.id === id) ?? []);
  });
  readonly rows: Row[] = $derived.by(() => {
    const by = this.facts.find(({ id }) => id === this.sorting.by) ?? this.facts.find(({ id }) => id === 'started');
    const sorted = by ? sortRuns(this.shown, by, this.sorting.down) : this.shown;
    return makeRows(sorted, this.grouping, this.#closed, {
      title: ({ recipe }) => this.recipes.get(recipe)?.title ?? recipe,
      icon: ({ recipe }) => (this.recipes.get(recipe)?.explorers.includes('codebook') ? 'codebook' : 'glass'),
      headline: (run) => {
        const metric = this.recipes.get(run.recipe)?.headline.metric;
        return metric === undefined ? undefined : { metric, value: headlineOf(run, this.recipes) };
      },
    });
  });

  get choice(): Choice {
    return this.#choice;
  }
  set choice(choice: Choice) {
    this.#choice = choice;
    globalThis.localStorage?.setItem(kept, JSON.stringify(choice));
  }
  /** A second press turns the order round; numbers that should be small begin with the smallest. */
  sort(by: string): void {
    const fact = this.facts.find(({ id }) => id === by);
    const down = this.sorting.by === by ? !this.sorting.down : Boolean(fact?.num && fact.better !== 'less');
    this.sorting = { by, down };
  }
  fold(group: string): void {
    if (!this.#closed.delete(group)) this.#closed.add(group);
  }
  /** Learns of the recipes that the runs were made with. */
  async describe(): Promise<void> {
    const missing = [...new Set(records.all.map(({ recipe }) => recipe))].filter((id) => !this.recipes.has(id));
    if (missing.length === 0) return;
    const found = await Promise.allSettled(missing.map((id) => store.describe(id)));
    const next = new Map(this.recipes);
    for (const one of found) if (one.status === 'fulfilled') next.set(one.value.id, one.value);
    if (next.size > this.recipes.size) this.recipes = next;
  }
}
