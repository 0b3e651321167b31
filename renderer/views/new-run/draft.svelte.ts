/** The settings being made: changes over a preset, and the plan that follows them. */
import type { Config, ConfigValue, Field, Plan, PresetName, RecipeDescription } from '#app/records/recipe';
import type { DeviceChoice, Run } from '#app/records/run';
import { call } from '../../state/bridge';
import { recipes } from '../../state/recipes.svelte';
import { toasts } from '../../state/toasts.svelte';
import { changed, configOf, isBroken, rebase, switchTwin, type Twin } from './draft';

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
  /** The newest plan; while another is made the old one stays. */
  plan = $state.raw<Plan>();
  planError = $state.raw<unknown>();
  planning = $state(false);

  readonly config: Config = $derived(this.recipe ? configOf(this.recipe, this.preset, this.changes) : {});
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
    this.changes = rebase(run.config, recipe.fields, run.preset);
    this.seed = run.seed;
    this.device = run.deviceChoice;
    this.data = run.dataset;
    this.from = run.id;
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
    const timer = setTimeout(async () => {
      this.planning = true;
      try {
        const plan = await call('recipes.plan', { recipe: recipe.id, dataset: data, preset, config: changes });
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
