import { describe, expect, it, vi } from 'vitest';
import { type AllHandlers, type CallName, calls, PretextError } from '#app/contract';
import { answer } from '#main/calls/answer';
import { testRooms } from './rooms';

const handlersWith = (some: Partial<AllHandlers>) => some as AllHandlers;

it('there is a handler for every call of the contract, and for nothing else', async () => {
  const { handlers } = await testRooms();
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(calls).sort());
});

describe('what is asked', () => {
  it('is refused when there is no such call, with the nearest that there is', async () => {
    const answered = await answer(handlersWith({}), 'runs.lst' as CallName, undefined);
    expect(answered).toEqual({
      failure: { kind: 'usage', message: 'there is no call “runs.lst”', advice: expect.stringContaining('runs.list') },
    });
  });

  it('never reaches what is not a call, such as a property that every object has', async () => {
    const answered = await answer(handlersWith({}), 'constructor' as CallName, undefined);
    expect(answered).toMatchObject({ failure: { kind: 'usage' } });
  });

  it('is refused when it breaks the contract, and the handler is not run', async () => {
    const handler = vi.fn();
    const answered = await answer(handlersWith({ 'datasets.items': handler }), 'datasets.items', {
      dataset: 'd-1',
      offset: -1,
    });
    expect(answered).toMatchObject({
      failure: { kind: 'usage', message: expect.stringMatching(/^datasets\.items: .*offset: .*limit: /) },
    });
    expect(handler).not.toHaveBeenCalled();
  });
});

describe('what is replied', () => {
  it('must keep the contract: a bad reply is a bug of ours and is not passed on', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {});
    const bad = handlersWith({ 'jobs.list': () => [{ id: 'j-12345' }] as never });
    const answered = await answer(bad, 'jobs.list', undefined);
    expect(answered).toMatchObject({
      failure: {
        kind: 'internal',
        message: expect.stringMatching(/^internal: the reply of jobs\.list breaks its contract: 0\.kind/),
      },
    });
    expect(print).toHaveBeenCalledOnce();
    print.mockRestore();
  });

  it('is a failure in words when the handler throws one', async () => {
    const handler = () => {
      throw new PretextError('the disk is full', { advice: 'free some space' });
    };
    expect(await answer(handlersWith({ 'jobs.list': handler }), 'jobs.list', undefined)).toEqual({
      failure: { kind: 'failed', message: 'the disk is full', advice: 'free some space' },
    });
  });
});
