import { expect, it } from 'vitest';
import { failureOf, PretextError, sentencesOf } from '#app/contract';

it('message and advice are two sentences, however each was written', () => {
  const told = (message: string, advice?: string) =>
    sentencesOf(failureOf(new PretextError(message, { ...(advice && { advice }) })));
  expect(told('there is no run “x”', 'nearest: y')).toBe('there is no run “x”. Nearest: y');
  expect(told('It failed. ', 'Try again.')).toBe('It failed. Try again.');
  expect(told('It failed')).toBe('It failed');
});
