import type * as Svelte from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import type { FakeOptions } from '#test/dom/fake-world';

let app: Record<string, unknown> | undefined;
let bridge: FakeBridge;
let svelte: typeof Svelte;

/** The view in a fresh window: its state is read anew for every test. */
async function open(address: string, options: FakeOptions = {}) {
  vi.resetModules();
  bridge = fakeBridge(options);
  Object.assign(window, { bridge });
  location.hash = address;
  svelte = await import('svelte'); // the one that the fresh modules use
  const [{ startState }, { default: View }] = await Promise.all([
    import('#renderer/state/start'),
    import('#renderer/views/report/ReportView.svelte'),
  ]);
  await startState();
  app = svelte.mount(View, { target: document.body });
  await settled();
}
async function settled() {
  for (let i = 0; i < 8; i += 1) {
    await vi.advanceTimersByTimeAsync(260);
    svelte.flushSync();
  }
}
const asks = (name: string) =>
  bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask as Record<string, unknown>);
const button = (label: string) => {
  const all = [...document.querySelectorAll<HTMLButtonElement>('button')];
  const found = all.find((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').trim() === label);
  if (!found)
    throw new Error(
      `no button ${label}: ${all.map((one) => one.getAttribute('aria-label') ?? one.textContent?.trim()).join(' | ')}`,
    );
  return found;
};
const radio = (label: string) =>
  [...document.querySelectorAll<HTMLElement>('[role=radio]')].find((one) => one.textContent?.trim() === label);
const page = () => document.querySelector('.sheet')?.shadowRoot?.textContent ?? '';

beforeEach(() => vi.useFakeTimers());
afterEach(async () => {
  if (app) await svelte.unmount(app);
  app = undefined;
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe('the report view', () => {
  it('shows the runs of the address, in its order', async () => {
    await open('#/report?runs=r-ema01,r-k6401');
    expect(asks('reports.preview').at(-1)?.['runs']).toEqual(['r-ema01', 'r-k6401']);
    expect(page()).toContain('vq-k256-ema, vq-k64');
  });

  it('begins with the newest run that is done', async () => {
    await open('#/report');
    const done = bridge.state.runs
      .filter(({ status }) => status === 'finished')
      .sort((a, b) => b.createdAt - a.createdAt);
    expect(asks('reports.preview').at(-1)?.['runs']).toEqual([done[0]?.id]);
  });

  it('a section that is switched off is asked for no more, and comes back', async () => {
    await open('#/report?runs=r-k6401');
    const before = asks('reports.preview').at(-1)?.['sections'] as string[];
    button('Codebook in the report').click();
    await settled();
    expect(asks('reports.preview').at(-1)?.['sections']).toEqual(before.filter((id) => id !== 'codebook'));
    button('Codebook in the report').click();
    await settled();
    expect(asks('reports.preview').at(-1)?.['sections']).toEqual(before);
  });

  it('quick changes make one new page, not one each', async () => {
    await open('#/report?runs=r-k6401');
    const before = asks('reports.preview').length;
    for (const name of ['Data', 'Settings', 'Curves']) button(`${name} in the report`).click();
    await settled();
    expect(asks('reports.preview').length).toBe(before + 1);
  });

  it('the last run cannot be taken out', async () => {
    await open('#/report?runs=r-ema01,r-k6401');
    button('Take vq-k64 out').click();
    await settled();
    expect(asks('reports.preview').at(-1)?.['runs']).toEqual(['r-ema01']);
    expect(button('Take vq-k256-ema out').disabled).toBe(true);
  });

  it('what is exported is what was shown, where the user chose', async () => {
    await open('#/report?runs=r-live1');
    radio('PDF')?.click();
    svelte.flushSync();
    button('Export').click();
    await settled();
    const { to, format, ...options } = asks('reports.export').at(-1)!;
    expect([to, format]).toEqual(['/home/ada/vq-k128.pdf', 'pdf']);
    expect(options).toEqual(asks('reports.preview').at(-1));
  });

  it('no file chosen, nothing written', async () => {
    await open('#/report?runs=r-k6401', { handlers: { 'app.choose': () => [] } });
    button('Export').click();
    await settled();
    expect(asks('reports.export')).toEqual([]);
    expect(button('Export').disabled).toBe(false);
  });

  it('tells what to know before it is sent, and in a narrow window that there is something to know', async () => {
    await open('#/report?runs=r-live1');
    radio('Export · 1 note')?.click();
    svelte.flushSync();
    expect(document.body.textContent).toContain('vq-k128 has not finished');
  });

  it('a preview that fails says why and offers to try again', async () => {
    let fail = true;
    await open('#/report?runs=r-k6401', {
      handlers: {
        'reports.preview': () => {
          if (fail) throw new Error('the disk is away');
          return { html: '<p>well again</p>', notes: [] };
        },
      },
    });
    expect(document.body.textContent).toContain('the disk is away');
    fail = false;
    button('Try again').click();
    await settled();
    expect(page()).toBe('well again');
    expect(document.body.textContent).not.toContain('the disk is away');
  });

  it('without a run it says what to do', async () => {
    await open('#/report', { empty: true });
    expect(document.body.textContent).toContain('A report needs a run');
    expect(asks('reports.preview')).toEqual([]);
  });
});
