/** The anomaly explorer as a user meets it, over a bridge that checks every question against the contract. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PretextError } from '#app/contract';
import type { Anomalies } from '#app/records/anomaly';
import { startState } from '#renderer/state/start';
import AnomalyView from '#renderer/views/anomaly/AnomalyView.svelte';
import { anomaliesRecord } from '#test/dom/fake-anomalies';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';
import type { FakeOptions } from '#test/dom/fake-world';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const run = 'r-aed28';
const patient = { timeout: 25_000 };
vi.setConfig({ testTimeout: 60_000 });
const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ');
const asks = (name: string) => bridge.asked.filter((one) => one.name === name).map(({ ask }) => ask);
const button = (name: RegExp) =>
  [...document.querySelectorAll<HTMLElement>('button, [role=menuitem], [role=option], [role=radio]')].find((one) =>
    name.test(`${one.getAttribute('aria-label') ?? ''} ${one.textContent}`.trim()),
  ) ?? expect.fail(`no ${name}`);
const press = (name: RegExp) => {
  button(name).click();
  flushSync();
};

async function open(
  handlers: FakeOptions['handlers'] = {},
  props: { run?: string; step?: number } = { run, step: 1500 },
) {
  bridge = fakeBridge({ handlers: handlers! });
  Object.assign(window, { bridge });
  await startState();
  view = mount(AnomalyView, { target: document.body, props });
  flushSync();
}
async function opened(handlers?: FakeOptions['handlers']): Promise<HTMLElement> {
  await open(handlers);
  return vi.waitFor(
    () => document.querySelector<HTMLElement>('[role=slider][aria-label=Threshold]') ?? expect.fail('no line yet'),
    patient,
  );
}
const changed = (change: Partial<Anomalies>): FakeOptions['handlers'] => ({
  'anomaly.open': ({ step }) => ({ ...anomaliesRecord(step ?? 1500), ...change }),
});
/** found, missed, false alarms, left alone */
const counts = () =>
  [...document.querySelectorAll('.four b')].map((one) => Number(one.textContent?.replace(/\D/g, '')));
const key = (target: Element, name: string) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  flushSync();
};

beforeEach(() => document.body.replaceChildren());
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

describe('the line', () => {
  it('lies where the run put it, and every item is on one side of it', async () => {
    const line = await opened();
    expect(asks('anomaly.open')).toEqual([{ run, step: 1500, split: 'test' }]);
    const { scores, labels, threshold } = anomaliesRecord(1500);
    expect(Number(line.getAttribute('aria-valuenow'))).toBeCloseTo(threshold, 6);
    const of = (label: number, above: boolean) =>
      scores.filter((score, i) => labels[i] === label && score >= threshold === above).length;
    expect(counts()).toEqual([of(1, true), of(1, false), of(0, true), of(0, false)]);
    expect(text()).toContain('Trained on normal items only');
  });

  it('moves with the keys, the counts with it, and can be put back', async () => {
    const line = await opened();
    const before = counts();
    for (let i = 0; i < 4; i++) key(line, 'PageUp');
    const after = counts();
    expect(after[0]).toBeLessThanOrEqual(before[0]!);
    expect(after[2]).toBeLessThan(before[2]!);
    expect(after.reduce((a, b) => a + b)).toBe(before.reduce((a, b) => a + b));
    key(line, 'End');
    expect(counts()[0]! + counts()[2]!).toBe(1); // the very highest lies on the line, and so is flagged
    for (let i = 0; i < 5; i++) press(/^Put the line back/);
    expect(counts()).toEqual(before);
  });

  it('is set by what it may cost: at most so many false alarms', async () => {
    await opened();
    const radio = [...document.querySelectorAll('label')].find((one) =>
      one.textContent?.includes('false alarms at most'),
    );
    radio!.querySelector('input')!.click();
    flushSync();
    const [, , alarms, left] = counts();
    expect(alarms! / (alarms! + left!)).toBeLessThanOrEqual(0.02);
    expect(alarms).toBeGreaterThan(0);
  });
});

describe('the items', () => {
  it('are gone through with the arrow keys, and the chosen one says where it is off', async () => {
    await opened();
    const grid = document.querySelector('[role=grid]')!;
    await vi.waitFor(() => expect(text()).toContain('amount, hour'), patient);
    const chosen = () => grid.querySelector('[aria-selected=true]')?.getAttribute('data-place');
    const { scores } = anomaliesRecord(1500);
    expect(Number(chosen())).toBe(scores.indexOf(Math.max(...scores)));
    key(grid, 'ArrowDown');
    const second = scores.toSorted().at(-2)!;
    expect(scores[Number(chosen())]).toBe(second);
    key(grid, 'ArrowUp');
    expect(Number(chosen())).toBe(scores.indexOf(Math.max(...scores)));
    expect(text()).toContain('9800');
    expect(text()).toContain('42.1');
  });

  it('of another split are scored when it is chosen', async () => {
    await opened();
    const select = document.querySelector<HTMLSelectElement>('select[aria-label=Split]')!;
    const wanted = [...select.options].find(({ textContent }) => textContent === 'validation split')!;
    select.querySelector = (() => wanted) as never; // happy-dom finds no :checked among options
    select.dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
    await vi.waitFor(
      () => expect(asks('anomaly.open').at(-1)).toEqual({ run, step: 1500, split: 'validation' }),
      patient,
    );
  });

  it('at or above the line are saved as they are flagged on the screen', async () => {
    const line = await opened();
    key(line, 'PageUp');
    const threshold = Number(line.getAttribute('aria-valuenow'));
    const [found, , alarms] = counts();
    press(/^Export CSV/);
    expect(text()).toContain(`Flagged items (${found! + alarms!})`);
    press(/^Flagged items/);
    await vi.waitFor(() => expect(asks('anomaly.export')).toHaveLength(1), patient);
    const [asked] = asks('anomaly.export') as { threshold: number }[];
    expect(asked).toMatchObject({ run, step: 1500, split: 'test', only: 'flagged' });
    expect(asked!.threshold).toBeCloseTo(threshold, 9);
  });
});

describe('what is not as it should be', () => {
  it('without labels nothing is called right or wrong', async () => {
    await opened(changed({ labels: new Int32Array(220).fill(-1), classes: [] }));
    expect(text()).toContain('Without labels of both kinds nothing can be counted as right or wrong.');
    expect(text()).not.toContain('false alarms at most');
    expect(counts()).toHaveLength(2);
  });

  it('a detector that was trained on anomalies too says so', async () => {
    await opened(changed({ contaminated: true }));
    expect(text()).toContain('Trained on anomalies too');
  });

  it('scores that cannot be had are told with a way to try again', async () => {
    let broken = true;
    await open({
      'anomaly.open': ({ step }) => {
        if (broken) throw new PretextError('the checkpoint is damaged', { advice: 'Choose another.' });
        return anomaliesRecord(step ?? 1500);
      },
    });
    await vi.waitFor(() => expect(text()).toContain('The items could not be scored'), patient);
    expect(text()).toContain('the checkpoint is damaged');
    expect(text()).toContain('Choose another.');
    broken = false;
    press(/^Try again/);
    await vi.waitFor(() => expect(document.querySelector('[aria-label=Threshold]')).not.toBeNull(), patient);
  });

  it('a split without items says so', async () => {
    const none = { scores: new Float32Array(), labels: new Int32Array(), indices: new Uint32Array() };
    await open(changed(none));
    await vi.waitFor(() => expect(text()).toContain('The test split holds no items'), patient);
  });

  it('without a run that looks for anomalies it offers to train one', async () => {
    await open({ 'runs.list': () => [] }, {});
    await vi.waitFor(() => expect(text()).toContain('No run looks for anomalies yet'), patient);
    press(/^New run/);
    expect(location.hash).toBe('#/new?recipe=anomaly-autoencoder');
  });
});
