import type * as Svelte from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import type { FakeOptions } from '#test/dom/fake-world';

let app: Record<string, unknown> | undefined;
let bridge: FakeBridge;
// of the same fresh registry as the components: each test starts the program anew
let svelte: typeof Svelte;

async function open(address = '#/runs', options: FakeOptions = {}) {
  vi.resetModules();
  localStorage.clear();
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  location.hash = address;
  svelte = await import('svelte');
  const [{ startState }, { default: View }] = await Promise.all([
    import('#renderer/state/start'),
    import('#renderer/views/runs/RunsView.svelte'),
  ]);
  await startState();
  app = svelte.mount(View, { target: document.body });
  await settled();
}
async function settled() {
  for (let i = 0; i < 6; i += 1) {
    await vi.advanceTimersByTimeAsync(100);
    svelte.flushSync();
  }
}
const grid = () => document.querySelector<HTMLElement>('[role=grid]')!;
const rows = () => [...document.querySelectorAll<HTMLElement>('[role=grid] tbody tr.act')];
const names = () => rows().map((row) => row.querySelector('.name a')?.textContent?.trim());
const row = (name: string) => rows()[names().indexOf(name)]!;
const groups = () => [...document.querySelectorAll<HTMLElement>('[role=grid] tr.grp')];
const chosen = () =>
  rows()
    .filter((one) => one.getAttribute('aria-selected') === 'true')
    .map((one) => one.querySelector('.name a')?.textContent);
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
async function press(key: string, more: KeyboardEventInit = {}) {
  grid().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settled();
}
async function filter(text: string) {
  const field = document.querySelector<HTMLInputElement>('input[aria-label="Filter runs"]')!;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
async function click(element: Element | undefined | null, more: MouseEventInit = {}) {
  if (!element) throw new Error('nothing to click');
  element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...more }));
  await settled();
}
const button = (text: string) =>
  [...document.querySelectorAll('button')].find((one) =>
    (one.getAttribute('aria-label') ?? one.textContent ?? '').includes(text),
  );

beforeEach(() => {
  vi.useFakeTimers();
  // nothing is laid out here: a width for the columns to fit into
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1800);
});
afterEach(async () => {
  if (app) await svelte.unmount(app);
  app = undefined;
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the table', () => {
  it('has the pinned first, then group by group, and nothing twice', async () => {
    await open();
    expect(groups()[0]?.textContent).toContain('Pinned');
    expect(names()[0]).toBe('vq-k128');
    expect(new Set(names()).size).toBe(bridge.state.runs.length);
    expect(names()).toHaveLength(bridge.state.runs.length);
  });

  it('a press on a head sorts by it, another turns it round', async () => {
    await open('#/runs?group=none');
    await click([...document.querySelectorAll('th button')].find((one) => one.textContent?.trim() === 'run'));
    const pinned = 1;
    const rising = names().slice(pinned);
    expect(rising).toEqual([...rising].sort((a, b) => a!.localeCompare(b!, 'en', { numeric: true })));
    await click([...document.querySelectorAll('th button')].find((one) => one.textContent?.trim() === 'run'));
    expect(names().slice(pinned)).toEqual(rising.toReversed());
    expect(location.hash).toContain('sort=-name');
  });

  it('filters as one types, shows the terms as chips, and takes them away again', async () => {
    await open();
    await filter('recipe:autoencoder -status:queued');
    expect(names()).toEqual(['ae-d28']);
    expect(location.hash).toContain('q=recipe');
    await click(button('Remove the filter recipe'));
    expect(document.querySelector<HTMLInputElement>('input[aria-label="Filter runs"]')?.value).toBe('-status:queued');
    expect(names().length).toBeGreaterThan(3);
  });

  it('a filter that makes no sense is told and hides nothing', async () => {
    await open();
    await filter('nosuch<3');
    expect(document.body.textContent).toContain('nothing called “nosuch”');
    expect(names()).toHaveLength(bridge.state.runs.length);
  });

  it('nothing fits: says so and offers to clear the filter', async () => {
    await open('#/runs?q=zzzz');
    expect(document.body.textContent).toContain('No run fits this filter');
    await click(button('Clear the filter'));
    expect(names()).toHaveLength(bridge.state.runs.length);
  });

  it('a run that goes on changes its own row only', async () => {
    await open();
    const changed = new Set<Node>();
    const note = (list: MutationRecord[]) => {
      for (const { target } of list) {
        const at = (target instanceof Element ? target : target.parentElement)?.closest('tr.act');
        if (at) changed.add(at);
      }
    };
    const watch = new MutationObserver(note);
    watch.observe(grid(), { subtree: true, childList: true, characterData: true, attributes: true });
    const before = rows();
    bridge.train(100);
    await settled();
    note(watch.takeRecords());
    watch.disconnect();
    expect([...changed]).toEqual([row('vq-k128')]);
    expect(rows()).toEqual(before);
  });

  it('no runs at all: says what a run is and how to get one', async () => {
    await open('#/runs', { empty: true });
    expect(document.body.textContent).toContain('No runs yet');
    await click(button('Start one'));
    expect(location.hash).toBe('#/new');
  });
});

describe('the keyboard', () => {
  it('is one tab stop; arrows move, Space compares, Enter opens', async () => {
    await open();
    expect(grid().querySelectorAll('[tabindex="0"], button:not([tabindex="-1"]), a:not([tabindex="-1"])')).toHaveLength(
      0,
    );
    await press('ArrowDown'); // the head of the pinned
    await press('ArrowDown');
    const active = document.getElementById(grid().getAttribute('aria-activedescendant') ?? '');
    expect(active?.textContent).toContain('vq-k128');
    await press(' ');
    expect(chosen()).toEqual(['vq-k128']);
    await press('Enter');
    expect(location.hash).toBe('#/run/r-live1');
  });

  it('Left folds a group away and Right brings it back', async () => {
    await open();
    await press('Home');
    await press('ArrowLeft');
    expect(names()).not.toContain('vq-k128');
    await press('ArrowRight');
    expect(names()).toContain('vq-k128');
  });

  it('Shift extends the choice, Ctrl A takes all that fit, Escape lets go', async () => {
    await open('#/runs?group=none&q=pinned:no');
    await press('Home');
    await press('ArrowDown', { shiftKey: true });
    await press('ArrowDown', { shiftKey: true });
    expect(chosen()).toEqual(names().slice(0, 3));
    await press('a', { ctrlKey: true });
    expect(chosen()).toEqual(names());
    await press('Escape');
    expect(chosen()).toEqual([]);
  });
});

describe('comparing', () => {
  it('a chosen run keeps its colour while others come and go', async () => {
    await open();
    const swatch = (name: string) => row(name).querySelector<HTMLElement>('.sw')?.style.background;
    await click(row('vq-k64'));
    await click(row('vq-k256-ema'));
    const second = swatch('vq-k256-ema');
    await click(row('vq-k64'));
    expect(swatch('vq-k256-ema')).toBe(second);
    await click(row('ae-d28'));
    expect(swatch('ae-d28')).not.toBe(second);
  });

  it('draws the curves of the chosen as soon as they are read, whoever asked for them first', async () => {
    await open();
    await press('a', { ctrlKey: true });
    expect(asks('runs.metrics').length).toBeGreaterThan(1);
    expect(document.body.textContent).not.toContain('These runs have no values yet');
    expect(document.querySelector('.plot h3')?.textContent).toBe('Loss');
  });

  it('shows the settings in which the chosen differ', async () => {
    await open('#/runs?compare=settings');
    await click(row('vq-k128'));
    await click(row('vq-k256-ema'));
    expect(asks('runs.compare').at(-1)).toEqual({ runs: ['r-live1', 'r-ema01'] });
    const table = [...document.querySelectorAll('table')].at(-1);
    expect(table?.textContent).toContain('Codebook size');
    expect(table?.textContent).not.toContain('Commitment weight');
  });

  it('archives what is not under way, and brings it back', async () => {
    await open();
    await click(row('vq-k128')); // trains
    await click(row('vq-k64'));
    await click(button('Archive'));
    expect(asks('runs.change')).toEqual([{ run: 'r-k6401', archived: true }]);
    expect(names()).not.toContain('vq-k64');
    expect(chosen()).toEqual(['vq-k128']);
    const { toasts } = await import('#renderer/state/toasts.svelte');
    toasts.list.at(-1)?.actions?.[0]?.run();
    await settled();
    expect(names()).toContain('vq-k64');
  });

  it('tags that only some of the chosen have stay as they are', async () => {
    await open();
    const { retag, tagsOf } = await import('#renderer/views/runs/actions');
    const some = bridge.state.runs.filter(({ id }) => ['r-ema01', 'r-nors1'].includes(id));
    await retag(some, tagsOf('sweep, ,sweep'), []);
    await settled();
    expect(asks('runs.change')).toEqual([
      { run: 'r-ema01', tags: ['ema', 'sweep'] },
      { run: 'r-nors1', tags: ['no restart', 'sweep'] },
    ]);
  });

  it('a report can be written of the chosen', async () => {
    await open();
    await click(row('vq-k64'));
    await click(row('vq-k128'));
    await click(button('Report'));
    expect(decodeURIComponent(location.hash)).toBe('#/report?runs=r-k6401,r-live1');
  });
});
