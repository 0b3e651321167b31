/**
 * What the bench and the process of one contestant say to each other: one JSON object a line, a question on the
 * contestant's stdin, its answer on stdout. The processes in python/ speak the same (python/contestant.py).
 */

export interface Hello {
  /** Engine, version and backend. */
  readonly title: string;
  /** Threads it computes on; more than it was offered it never has. */
  readonly threads: number;
  /** Bytes of memory before anything was built: the interpreter and the engine's own libraries. */
  readonly idle: number;
}

export interface Built {
  /** Milliseconds until a step can be asked for: the network is written down, weights are loaded, a session is open. */
  readonly build: number;
  /** Milliseconds of the first step, in which some engines compile. */
  readonly first: number;
  /** Before the first update. */
  readonly loss: number;
}

export interface Stepped {
  /** Milliseconds of all the steps on the clock. */
  readonly wall: number;
  /** Milliseconds of all cores together that this process used. */
  readonly cpu: number;
  /** Of each step, before its update. */
  readonly losses: readonly number[];
}

export interface Memory {
  /** Most bytes that were in memory at one time since the process began. */
  readonly peak: number;
}

export interface ProfileRow {
  readonly op: string;
  readonly calls: number;
  /** Milliseconds of one step. */
  readonly time: number;
}

export interface Calls {
  hello: { ask: Record<never, never>; answer: Hello };
  build: { ask: { fixture: string }; answer: Built };
  step: { ask: { steps: number }; answer: Stepped };
  memory: { ask: Record<never, never>; answer: Memory };
  profile: { ask: { steps: number }; answer: { rows: readonly ProfileRow[] } };
}

export type CallName = keyof Calls;
export type Question = { [N in CallName]: { call: N } & Calls[N]['ask'] }[CallName];
export type Answer<N extends CallName> = Calls[N]['answer'] | { readonly error: string };
