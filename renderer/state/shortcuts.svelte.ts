/** Keys that do something, wherever they are registered from. The list of all shortcuts is drawn from here. */
import { untrack } from 'svelte';
import { isSingle, keyWord, takesText } from './keys';
import { preferences } from './preferences.svelte';

export interface Shortcut {
  /** `Ctrl K`, `N`, `G H` (one after the other), `Shift P`. */
  keys: string;
  label: string;
  group: 'Everywhere' | 'Runs' | 'Explorers';
  run: () => void;
  /** Works while a field is being edited too. */
  always?: boolean;
}

const patience = 1000; // ms between the keys of a sequence

class Shortcuts {
  #list = $state.raw<Shortcut[]>([]);
  #pending = '';
  #since = 0;
  /** Whether something floats above the view: single letters then keep still. Set by the shell. */
  covered: () => boolean = () => false;

  get list(): Shortcut[] {
    return this.#list;
  }

  /**
   * Adds shortcuts until the function it gives back is called: the return value of an effect. An effect that registers
   * does not follow the list, which every registration changes.
   */
  register(...added: Shortcut[]): () => void {
    this.#list = [...untrack(() => this.#list), ...added];
    return () => {
      this.#list = untrack(() => this.#list).filter((one) => !added.includes(one));
    };
  }

  /** Handles one key press; true when something was done. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key))
      return false;
    const word = keyWord(event);
    const sequence = this.#pending && event.timeStamp - this.#since < patience ? `${this.#pending} ${word}` : '';
    const found = (sequence && this.#find(sequence, event)) || this.#find(word, event);
    const begins = !found && this.#list.some(({ keys }) => keys.startsWith(`${word} `));
    this.#pending = begins ? word : '';
    this.#since = event.timeStamp;
    if (!found) return false;
    event.preventDefault();
    found.run();
    return true;
  }

  // the newest wins: a view's own keys go before the app's
  #find(keys: string, event: KeyboardEvent): Shortcut | undefined {
    const found = this.#list.findLast((one) => one.keys === keys);
    if (!found) return undefined;
    if (isSingle(keys) && (!preferences.singleKeys || this.covered())) return undefined;
    if (!found.always && takesText(event.target)) return undefined;
    return found;
  }
}

export const shortcuts = new Shortcuts();
