/** How this user likes the app; kept by the main process, applied here. */
import type { Preferences } from '#app/records/project';
import { call } from './bridge';
import { toasts } from './toasts.svelte';

const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
const narrow = globalThis.matchMedia?.('(max-width: 1180px)');

class PreferencesState {
  #values = $state.raw<Preferences>({
    theme: 'system',
    smoothing: 0.86,
    singleKeys: true,
    sidebar: 'full',
    language: 'en',
    lessons: {},
  });
  #systemDark = $state(dark?.matches ?? false);
  #narrow = $state(narrow?.matches ?? false);

  readonly theme: Preferences['theme'] = $derived(this.#values.theme);
  /** The theme as it is drawn. */
  readonly drawn: 'light' | 'dark' = $derived(
    this.#values.theme === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.#values.theme,
  );
  readonly smoothing: number = $derived(this.#values.smoothing);
  readonly singleKeys: boolean = $derived(this.#values.singleKeys);
  readonly language: Preferences['language'] = $derived(this.#values.language);
  readonly lessons: Preferences['lessons'] = $derived(this.#values.lessons);
  /** The window is below 1180 pixels: a third pane becomes a segment in the second. */
  readonly isNarrow: boolean = $derived(this.#narrow);
  readonly sidebar: Preferences['sidebar'] = $derived(this.#narrow ? 'icons' : this.#values.sidebar);

  async load(): Promise<void> {
    dark?.addEventListener('change', ({ matches }) => {
      this.#systemDark = matches;
      this.#apply();
    });
    narrow?.addEventListener('change', ({ matches }) => {
      this.#narrow = matches;
    });
    this.#values = await call('app.preferences');
    this.#apply();
  }

  /** Takes effect at once; what cannot be kept is told. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    this.#values = { ...this.#values, ...change };
    this.#apply();
    try {
      await call('app.prefer', change);
    } catch (error) {
      toasts.failed('This setting could not be kept', error);
    }
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.drawn;
  }
}

export const preferences = new PreferencesState();
