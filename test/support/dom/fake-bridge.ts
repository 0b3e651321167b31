/**
 * A `window.bridge` that answers from generated records. Every question and every answer is checked against the
 * contract's own schemas, so that it cannot drift from the real one.
 */
import {
  type AllHandlers,
  type Asked,
  type Bridge,
  type CallName,
  calls,
  type Fact,
  type FactName,
  facts,
  failureOf,
  type Reply,
} from '#app/contract';
import { handlersOf } from './fake-handlers';
import { type FakeOptions, type FakeState, makeWorld, stateOf } from './fake-world';

export interface FakeBridge extends Bridge {
  /** Tells a fact, as the main process would. */
  tell<K extends FactName>(name: K, fact: Fact<K>): void;
  /** Every question so far, oldest first. */
  readonly asked: { name: CallName; ask: unknown }[];
  readonly state: FakeState;
  /** Advances the training run: steps, points, log, preview. */
  train(steps: number): void;
  /** Advances the running import; ends it at its total. */
  importStep(files: number): void;
}

export function fakeBridge(options: FakeOptions = {}): FakeBridge {
  const state = stateOf(options);
  const asked: FakeBridge['asked'] = [];
  const listeners = new Map<FactName, Set<(fact: never) => void>>();
  const tell: FakeBridge['tell'] = (name, fact) => {
    facts[name].parse(fact);
    for (const listener of listeners.get(name) ?? []) (listener as (fact: unknown) => void)(structuredClone(fact));
  };
  const world = makeWorld(state, tell, options);
  const handlers: AllHandlers = { ...handlersOf(world, options), ...options.handlers };

  return {
    asked,
    state,
    tell,
    train: (steps) => world.train(steps),
    importStep: (files) => world.importStep(files),
    async call(name, ask) {
      const sent = structuredClone(ask); // as it crosses to main: what cannot be cloned, such as $state, throws here
      asked.push({ name, ask: sent });
      try {
        const parsed = calls[name].ask.parse(sent) as Asked<typeof name>;
        const handler = handlers[name] as (ask: unknown) => unknown;
        const reply = calls[name].reply.parse(await handler(parsed));
        return { ok: structuredClone(reply) as Reply<typeof name> };
      } catch (error) {
        return { failure: failureOf(error) };
      }
    },
    on(name, listener) {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener as (fact: never) => void));
      return () => void all.delete(listener as (fact: never) => void);
    },
    pathOf: (file) => `/home/ada/dropped/${file.name}`,
  };
}
