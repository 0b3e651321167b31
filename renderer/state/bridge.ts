/** The page's only way to the rest of the program: ask a call, hear a fact. */
import { type Ask, type CallName, errorOf, type Fact, type FactName, PretextError, type Reply } from '#app/contract';

type Rest<K extends CallName> = undefined extends Ask<K> ? [ask?: Ask<K>] : [ask: Ask<K>];

/**
 * Asks and waits for the answer.
 *
 * Throws PretextError, with `advice` where there is something the user can do.
 */
export async function call<K extends CallName>(name: K, ...[ask]: Rest<K>): Promise<Reply<K>> {
  if (!window.bridge)
    throw new PretextError(`internal: ${name} must be asked through the preload's bridge, which is absent`, {
      kind: 'internal',
    });
  const answer = await window.bridge.call(name, ask as Ask<K>);
  if ('failure' in answer) throw errorOf(answer.failure);
  return answer.ok;
}

/** A fact of which only the newest per thing matters is kept under this key while a frame is awaited. */
const keys: { [K in FactName]?: (fact: Fact<K>) => string } = {
  'project.changed': (fact) => fact.directory,
  'dataset.changed': (fact) => fact.id,
  'job.changed': (fact) => fact.id,
  'run.changed': (fact) => fact.id,
  'engine.changed': () => '',
};

type Listener<K extends FactName> = (fact: Fact<K>) => void;
/** One fact's way in: what has come since the last frame, and who wants to hear it. */
class Channel<K extends FactName> {
  readonly listeners = new Set<Listener<K>>();
  #waiting: Fact<K>[] = [];
  #at = new Map<string, number>();
  readonly #key: ((fact: Fact<K>) => string) | undefined;

  constructor(name: K) {
    this.#key = keys[name] as ((fact: Fact<K>) => string) | undefined;
  }

  hear(fact: Fact<K>): void {
    const key = this.#key?.(fact);
    const at = key === undefined ? undefined : this.#at.get(key);
    if (at !== undefined) this.#waiting[at] = fact;
    else if (key === undefined) this.#waiting.push(fact);
    else this.#at.set(key, this.#waiting.push(fact) - 1);
  }

  flush(): void {
    const facts = this.#waiting;
    this.#waiting = [];
    this.#at.clear();
    for (const fact of facts) for (const listener of this.listeners) listener(fact);
  }
}

const channels = new Map<FactName, { flush(): void }>();
let due = false;

/** Facts are handed on together, once a frame; a hidden window has no frames, so a timer stands behind. */
function schedule(): void {
  if (due) return;
  due = true;
  const flush = () => {
    if (!due) return;
    due = false;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    for (const channel of channels.values()) channel.flush();
  };
  const frame = requestAnimationFrame(flush);
  const timer = setTimeout(flush, 250);
}

/** Hands every fact of a name to `listener`, at most once a frame; gives back how to stop. */
export function listen<K extends FactName>(name: K, listener: Listener<K>): () => void {
  let channel = channels.get(name) as Channel<K> | undefined;
  if (!channel) {
    const made = new Channel<K>(name);
    channel = made;
    channels.set(name, made);
    window.bridge?.on(name, (fact) => {
      made.hear(fact);
      schedule();
    });
  }
  const { listeners } = channel;
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Where a dropped file lies on disk. */
export const pathOf = (file: File): string => window.bridge.pathOf(file);
