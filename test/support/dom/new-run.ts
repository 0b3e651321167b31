/** The new-run view over a fake bridge, for tests that start a run by hand. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach } from 'vitest';
import { startState } from '#renderer/state/start';
import NewRunView from '#renderer/views/new-run/NewRunView.svelte';
import { type FakeBridge, fakeBridge } from './fake-bridge';

/** Opens the view on an empty page and gives back its bridge. Each test leaves the page empty. */
export function newRunView() {
  let view: Record<string, unknown> | undefined;
  beforeEach(() => document.body.replaceChildren());
  afterEach(async () => {
    if (view) await unmount(view);
    view = undefined;
  });
  return async (
    props: { recipe?: string; data?: string; from?: string },
    options: Parameters<typeof fakeBridge>[0] = {},
  ): Promise<FakeBridge> => {
    const bridge = fakeBridge(options);
    Object.assign(window, { bridge });
    await startState();
    view = mount(NewRunView, { target: document.body, props });
    flushSync();
    return bridge;
  };
}
