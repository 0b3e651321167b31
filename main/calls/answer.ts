/** The one door through which both the window and the command line ask: checks what comes in and what goes back. */
import type { z } from 'zod';
import {
  type AllHandlers,
  type CallName,
  calls,
  type Failure,
  failureOf,
  PretextError,
  type Reply,
} from '#app/contract';
import { nearest } from '#main/store';

export type Answer<K extends CallName> = { ok: Reply<K> } | { failure: Failure };

/** Never throws: what goes wrong comes back as a failure. A bug of ours is also printed with its stack. */
export async function answer<K extends CallName>(handlers: AllHandlers, name: K, ask: unknown): Promise<Answer<K>> {
  try {
    if (!Object.hasOwn(calls, name)) throw unknownCall(name);
    const { ask: question, reply } = calls[name];
    const asked = question.safeParse(ask);
    if (!asked.success) throw new PretextError(`${name}: ${said(asked.error)}`, { kind: 'usage' });
    const handler = handlers[name] as (ask: unknown) => unknown;
    const replied = (reply as z.ZodType).safeParse(await handler(asked.data));
    if (!replied.success) throw new Error(`internal: the reply of ${name} breaks its contract: ${said(replied.error)}`);
    return { ok: replied.data as Reply<K> };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'internal') console.error(error);
    return { failure };
  }
}

function unknownCall(name: string): PretextError {
  const near = nearest(name, Object.keys(calls));
  return new PretextError(`there is no call “${name}”`, {
    kind: 'usage',
    ...(near.length > 0 && { advice: `did you mean ${near.join(' or ')}?` }),
  });
}

/** `sources: expected array, got undefined`, one clause for each thing that is off. */
const said = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`)
    .join('; ');
