/** What the explorer asks of the program around it: whoever shows it hands the answers in. */
import type { Ask, Reply } from '#app/contract';

type AnomalyCall = 'anomaly.open' | 'anomaly.items' | 'anomaly.export';

export interface Answers {
  call: <K extends AnomalyCall>(name: K, ask: Ask<K>) => Promise<Reply<K>>;
  /** Tells the user what could not be done. */
  failed: (what: string, error: unknown) => void;
}
