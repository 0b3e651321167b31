/** The network that is shown: asked for, and asked for again with its times once they are measured. */
import type { Ask, Reply } from '#app/contract';

export type About = Omit<Ask<'network.explain'>, 'profile'>;
type Explain = (ask: Ask<'network.explain'>) => Promise<Reply<'network.explain'>>;

export class Net {
  network = $state.raw<Reply<'network.explain'>>();
  failure = $state.raw<unknown>();
  measuring = $state(false);
  /** Why it could not be measured; the network itself stays. */
  unmeasured = $state.raw<unknown>();
  readonly #explain: Explain;
  #about: About | undefined;
  #asked = 0;

  constructor(explain: Explain) {
    this.#explain = explain;
  }

  /** Shows another one. An answer that comes after a later question is dropped. */
  async open(about: About): Promise<void> {
    this.#about = about;
    const asked = ++this.#asked;
    this.network = undefined;
    this.failure = undefined;
    this.unmeasured = undefined;
    try {
      const network = await this.#explain(about);
      if (asked === this.#asked) this.network = network;
    } catch (error) {
      if (asked === this.#asked) this.failure = error;
    }
  }

  /** Times a few real steps. `isCancelled` tells a stop by the user, which is no failure. */
  async measure(isCancelled: (error: unknown) => boolean): Promise<void> {
    const about = this.#about;
    if (!about || this.measuring) return;
    const asked = this.#asked;
    this.measuring = true;
    this.unmeasured = undefined;
    try {
      const network = await this.#explain({ ...about, profile: true });
      if (asked === this.#asked) this.network = network;
    } catch (error) {
      if (asked === this.#asked && !isCancelled(error)) this.unmeasured = error;
    } finally {
      this.measuring = false;
    }
  }
}
