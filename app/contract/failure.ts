/** An error as it crosses from one process to another: who, what must hold, what came, what to do. */
import { z } from 'zod';

export const failure = z.object({
  /** `usage`: the asker's words are off. `failed`: it was understood and did not work. `internal`: a bug of ours. */
  kind: z.enum(['usage', 'failed', 'cancelled', 'internal']),
  message: z.string(),
  /** What the user can do about it. */
  advice: z.string().optional(),
});
export type Failure = z.infer<typeof failure>;

/** Thrown by every room for an error that the user can do something about. */
export class PretextError extends Error {
  override readonly name = 'PretextError';
  readonly kind: Failure['kind'];
  readonly advice: string | undefined;

  constructor(message: string, options: { kind?: Failure['kind']; advice?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = options.kind ?? 'failed';
    this.advice = options.advice;
  }
}

/** Any thrown value as a failure; what is not ours is reported as it is, and marked internal. */
export function failureOf(error: unknown): Failure {
  if (error instanceof PretextError)
    return { kind: error.kind, message: error.message, ...(error.advice !== undefined && { advice: error.advice }) };
  if (error instanceof Error) return { kind: 'internal', message: error.message || error.name };
  return { kind: 'internal', message: String(error) };
}

/** Message and advice as sentences, for where both stand in one line. */
export function sentencesOf({ message, advice }: Pick<Failure, 'message' | 'advice'>): string {
  if (!advice) return message;
  return `${message.replace(/[.\s]+$/, '')}. ${advice.charAt(0).toUpperCase()}${advice.slice(1)}`;
}

export const errorOf = ({ kind, message, advice }: Failure): PretextError =>
  new PretextError(message, { kind, ...(advice !== undefined && { advice }) });
