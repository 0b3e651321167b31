/** The settings being made: changes over a preset, and the plan that follows them. */
import type { Config, ConfigValue, Field, Plan, PresetName, RecipeDescription } from '#app/records/recipe';
import type { DeviceChoice, Run } from '#app/records/run';
import { call } from '../../state/bridge';
import { datasets } from '../../state/datasets.svelte';
import { recipes } from '../../state/recipes.svelte';
import { runs } from '../../state/runs.svelte';
import { toasts } from '../../state/toasts.svelte';
import { changed, configOf, isBroken, rebase, switchTwin, type Twin } from './draft';
import { inheritedOf, parentsOf, startOf } from './parents';

/** The plan is asked for when the settings have rested for this long, in milliseconds. */
const REST = 160;

export class Draft {
  recipe = $state.raw<RecipeDescription>();
  preset = $state<PresetName>('small');
  changes = $state.raw<Config>({});
  seed = $state(7);
  device = $state<DeviceChoice>('auto');
  name = $state('');
  data = $state<string>();
  /** The run that these settings came from. */
  from = $state<string>();
  /** The run asked for to start from, where the recipe needs one; `parent` is the one that it does start from. */
  wantedParent = $state<string>();
  /** The newest plan; while another is made the old one stays. */
  plan = $state.raw<Plan>();
  planError = $state.raw<unknown>();
  planning = $state(false);

  readonly #dataset = $derived(datasets.byId(this.data));
  readonly parents: Run[] = $derived(
    this.recipe?.parents ? parentsOf(this.recipe, runs.list, this.#dataset, datasets.list) : [],
  );
  readonly parent: Run | undefined = $derived(startOf(this.parents, this.wantedParent, this.#dataset));
  /** It cannot be started: what it would start from is not there. */
  readonly lacksParent: boolean = $derived(this.recipe?.parents !== undefined && !this.parent);
  readonly config: Config = $derived(
    this.recipe
      ? { ...configOf(this.recipe, this.preset, this.changes), ...inheritedOf(this.recipe, this.parent) }
      : {},
  );
  readonly changeCount: number = $derived(Object.keys(this.changes).length);
  readonly issues = $derived(this.plan?.issues ?? []);
  #asked = 0;

  async choose(id: string): Promise<void> {
    if (this.recipe?.id === id) return;
    try {
      const recipe = await recipes.describe(id);
      this.changes = {};
      this.plan = undefined;
      this.recipe = recipe;
    } catch (error) {
      toasts.failed('This recipe could not be opened', error);
    }
  }
  async load(run: Run): Promise<void> {
    await this.choose(run.recipe);
    const { recipe } = this;
    if (!recipe) return;
    this.preset = run.preset;
    const own = Object.entries(run.config).filter(([path]) => !recipe.inherits?.includes(path));
    this.changes = rebase(Object.fromEntries(own), recipe.fields, run.preset);
    this.seed = run.seed;
    this.device = run.deviceChoice;
    this.data = run.dataset;
    this.from = run.id;
    this.wantedParent = run.parent;
  }
  /** Starts from this run: what it learned is of its own data, so those are chosen with it. */
  startFrom(run: Run): void {
    this.wantedParent = run.id;
    this.data = run.dataset;
  }
  set(field: Field, value: ConfigValue): void {
    this.changes = changed(this.changes, field, this.preset, value);
  }
  setPreset(preset: PresetName): void {
    this.preset = preset;
    this.changes = rebase(this.changes, this.recipe?.fields ?? [], preset);
  }
  putBack(path?: string): void {
    const { ...next } = this.changes;
    if (path !== undefined) delete next[path];
    this.changes = path === undefined ? {} : next;
  }
  isBroken(twin: Twin): boolean {
    return isBroken(twin, this.config);
  }
  switchTwin(twin: Twin, on: boolean): void {
    this.changes = switchTwin(twin, on, this.changes, this.recipe?.fields ?? [], this.preset);
  }

  /** Asks for the plan of the settings as they are; reads them, so that an effect follows them. Gives back how to stop. */
  follow(): () => void {
    const { recipe, data, preset, changes } = this;
    if (!recipe || data === undefined) return () => {};
    const asked = ++this.#asked;
    const from = this.parent?.id;
    if (this.lacksParent) {
      this.plan = undefined;
      this.planError = undefined;
      return () => {};
    }
    const timer = setTimeout(async () => {
      this.planning = true;
      try {
        const start = from === undefined ? {} : { from };
        const plan = await call('recipes.plan', {
          recipe: recipe.id,
          dataset: data,
          preset,
          config: changes,
          ...start,
        });
        if (asked !== this.#asked) return;
        // With issues the rest of a plan is absent: the last good one stays, dimmed.
        this.plan =
          plan.issues.length > 0 && this.plan ? { ...this.plan, issues: plan.issues, notes: plan.notes } : plan;
        this.planError = undefined;
      } catch (error) {
        if (asked === this.#asked) this.planError = error;
      } finally {
        if (asked === this.#asked) this.planning = false;
      }
    }, REST);
    return () => clearTimeout(timer);
  }
}
