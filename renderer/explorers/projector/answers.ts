/** What the explorer asks of the program around it: whoever shows it hands the answers in. */
import type { Ask, Reply } from '#app/contract';
import type { LayoutProgress } from '#app/records/projector';

type ProjectorCall =
  | 'projector.open'
  | 'projector.layout'
  | 'projector.signal'
  | 'projector.colours'
  | 'projector.nearest'
  | 'projector.quality'
  | 'datasets.items'
  | 'datasets.pictures';

export interface Answers {
  call: <K extends ProjectorCall>(name: K, ask: Ask<K>) => Promise<Reply<K>>;
  /** Hears of pictures on their way; gives back how to stop. */
  moved: (listener: (moved: LayoutProgress) => void) => () => void;
  /** Tells the user what could not be done. */
  failed: (what: string, error: unknown) => void;
}

/** A key that does something while the explorer is open; gives back how to let go of it. */
export type BindKeys = (keys: { keys: string; label: string; run: () => void }[]) => () => void;
