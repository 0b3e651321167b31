/** The lessons as a learner meets them: read, predict, run, and only then the answer. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lessons } from '#app/lessons';
import { datasets } from '#renderer/state/datasets.svelte';
import { preferences } from '#renderer/state/preferences.svelte';
import { runs } from '#renderer/state/runs.svelte';
import { startState } from '#renderer/state/start';
import LessonsView from '#renderer/views/lessons/LessonsView.svelte';
import { runName } from '#renderer/views/lessons/lesson-runs';
import { type FakeBridge, fakeBridge } from '#test/dom/fake-bridge';

let bridge: FakeBridge;
let view: Record<string, unknown> | undefined;
const lesson = lessons[0]!;
const text = () => document.body.textContent ?? '';
const run = () => [...document.querySelectorAll('button')].find((one) => /^Run/.test(one.textContent?.trim() ?? ''))!;
const options = () => [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];

beforeEach(async () => {
  document.body.replaceChildren();
  bridge = fakeBridge();
  Object.assign(window, { bridge });
  await startState();
  view = mount(LessonsView, { target: document.body, props: { id: lesson.id } });
  flushSync();
});
afterEach(async () => {
  if (view) await unmount(view);
  view = undefined;
});

/** The lesson's runs as they are once they have finished. */
function finish(): void {
  const like = runs.all[0]!;
  lesson.runs.forEach((one, index) => {
    runs.put({ ...like, id: `r-lesson${index}`, name: runName(lesson, one), status: 'finished', createdAt: 9e12 });
  });
  flushSync();
}

describe('a lesson', () => {
  it('does not run before a prediction was made', () => {
    expect(run().disabled).toBe(true);
    options()[1]!.click();
    flushSync();
    expect(run().disabled).toBe(false);
    expect(preferences.lessons[lesson.id]).toBe(1);
  });

  it('keeps its answer until the runs have given it', () => {
    options()[0]!.click();
    flushSync();
    expect(text()).not.toContain(lesson.predict.why.en);
    finish();
    expect(text()).toContain(lesson.predict.why.en);
    expect(text()).toContain('It comes out otherwise');
  });

  it('starts all of its runs on its sample, with its settings', async () => {
    datasets.put({ ...datasets.list[0]!, sources: [lesson.sample] });
    await vi.waitFor(() => expect(datasets.samples.length).toBeGreaterThan(0));
    datasets.samples = [{ ...datasets.samples[0]!, id: lesson.sample }];
    options()[2]!.click();
    flushSync();
    run().click();
    await vi.waitFor(() => {
      const asked = bridge.asked.filter(({ name }) => name === 'runs.start').map(({ ask }) => ask);
      expect(asked).toMatchObject(
        lesson.runs.map(({ recipe, set, steps }) => ({ recipe, config: set, steps, seed: 1 })),
      );
    });
  });

  it('opens the explorer on its own run', () => {
    finish();
    const link = [...document.querySelectorAll('a')].find((one) => one.textContent?.includes(lesson.look.words.en))!;
    expect(link.getAttribute('href')).toContain('r-lesson0');
  });

  it('is there in Chinese', () => {
    [...document.querySelectorAll<HTMLElement>('[role=radio], button')]
      .find((one) => one.textContent?.trim() === '中文')!
      .click();
    flushSync();
    expect(text()).toContain(lesson.title.zh);
    expect(text()).toContain('先预测');
  });
});
