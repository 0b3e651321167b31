/** The contract between the rooms: calls go down, facts come up. */
import type { Ask, CallName, Reply } from './calls';
import type { Fact, FactName } from './facts';
import type { Failure } from './failure';

export * from './calls';
export * from './facts';
export * from './failure';

/** What the preload puts at `window.bridge`; nothing else of the outer world is visible to the page. */
export interface Bridge {
  call<K extends CallName>(name: K, ask: Ask<K>): Promise<{ ok: Reply<K> } | { failure: Failure }>;
  on<K extends FactName>(name: K, listener: (fact: Fact<K>) => void): () => void;
  /** Where a dropped file lies on disk. */
  pathOf(file: { readonly name: string }): string;
}
