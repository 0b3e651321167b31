import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MapEditor } from '#renderer/explorers/codebook/map-editor.svelte';
import { call } from '#renderer/state/bridge';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
const at = { run: 'r-k6401', step: 21_000 };
const decodings = () => bridge.asked.filter(({ name }) => name === 'codebook.decode').length;

async function opened(): Promise<MapEditor> {
  const editor = new MapEditor({ call, failed: vi.fn() });
  editor.columns = 7;
  await editor.load(at, 40);
  return editor;
}

beforeEach(() => {
  bridge = fakeBridge();
  Object.assign(window, { bridge });
});

describe('painting', () => {
  it('decodes what was painted, and undo decodes what was there before', async () => {
    const editor = await opened();
    const before = editor.map!.codes;
    editor.begin(10, (before[10]! + 1) % 128);
    editor.end();
    expect(editor.changed).toEqual([10]);
    await vi.waitFor(() => expect(editor.picture?.pixels).not.toEqual(editor.map!.decoded.pixels));
    editor.undo();
    expect(editor.changed).toEqual([]);
    await vi.waitFor(() => expect(editor.picture?.pixels).toEqual(editor.map!.decoded.pixels));
  });

  it('a drag is one step of the history, however many cells it crosses', async () => {
    const editor = await opened();
    const code = 77;
    editor.begin(0, code);
    editor.drag(3, code);
    editor.drag(24, code);
    editor.end();
    expect(editor.history.now[24]).toBe(code);
    expect(editor.history.now[1]).toBe(code);
    editor.undo();
    expect([...editor.history.now]).toEqual([...editor.map!.codes]);
    editor.redo();
    expect(editor.history.now[24]).toBe(code);
  });

  it('decodes the newest codes last, and not one picture for each of a hundred strokes', async () => {
    const editor = await opened();
    for (let i = 0; i < 100; i++) {
      editor.begin(i % 49, i);
      editor.end();
    }
    const last = editor.history.now;
    await vi.waitFor(() => {
      const asks = bridge.asked.filter(({ name }) => name === 'codebook.decode');
      expect((asks.at(-1)?.ask as { codes: Int32Array } | undefined)?.codes).toEqual(last);
    });
    expect(decodings()).toBeLessThan(10);
  });

  it('put back is a step that can be undone', async () => {
    const editor = await opened();
    editor.begin(5, 99);
    editor.end();
    editor.putBack();
    expect(editor.changed).toEqual([]);
    editor.undo();
    expect(editor.changed).toEqual([5]);
  });
});

describe('another checkpoint of the same item', () => {
  it('keeps what was painted; another item starts anew', async () => {
    const editor = await opened();
    editor.begin(5, 99);
    editor.end();
    await editor.load({ ...at, step: 24_000 }, 40, true);
    expect(editor.history.now[5]).toBe(99);
    await editor.load(at, 41);
    expect(editor.changed).toEqual([]);
    expect(editor.history.canUndo).toBe(false);
  });
});
