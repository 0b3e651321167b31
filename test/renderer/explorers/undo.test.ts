import { describe, expect, it } from 'vitest';
import { Undo } from '#renderer/explorers/undo.svelte';

describe('undo', () => {
  it('goes back through every state and forward again', () => {
    const undo = new Undo([0]);
    undo.put([1]);
    undo.put([2]);
    undo.undo();
    undo.undo();
    expect([undo.now, undo.canUndo, undo.canRedo]).toEqual([[0], false, true]);
    undo.redo();
    undo.put([3]);
    expect([undo.now, undo.canRedo]).toEqual([[3], false]);
  });
  it('with nothing to undo it changes nothing', () => {
    const undo = new Undo('a');
    undo.undo();
    undo.redo();
    expect(undo.now).toBe('a');
  });
  it('forgets the oldest beyond its limit', () => {
    const undo = new Undo(0, 3);
    for (let state = 1; state <= 10; state += 1) undo.put(state);
    while (undo.canUndo) undo.undo();
    expect(undo.now).toBe(7);
  });
});
