/** What the explorer asks of the program around it: whoever shows it hands the answers in. */
import type { Ask, Reply } from '#app/contract';

type LatentCall = 'latent.open' | 'latent.encode' | 'latent.decode' | 'latent.names' | 'latent.rename';

export interface Answers {
  call: <K extends LatentCall>(name: K, ask: Ask<K>) => Promise<Reply<K>>;
  /** Tells the user what could not be done. */
  failed: (what: string, error: unknown) => void;
}

/** A key that does something while the explorer is open; gives back how to let go of it. */
export type BindKeys = (keys: { keys: string; label: string; run: () => void }[]) => () => void;
