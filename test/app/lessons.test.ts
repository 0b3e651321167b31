import { describe, expect, it } from 'vitest';
import { lessonSections, lessons, type Words } from '#app/lessons';
import { samples } from '#main/data';
import { recipeOf } from '#main/recipes';

const words = (lesson: (typeof lessons)[number]): Words[] => [
  lesson.title,
  ...lesson.text,
  lesson.predict.question,
  ...lesson.predict.options,
  lesson.predict.why,
  ...lesson.runs.map(({ title }) => title),
  lesson.figure.words,
  lesson.look.words,
];

describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))('the lesson %s', (_id, lesson) => {
  it('trains recipes that exist with settings that they accept, on a sample that comes with the program', () => {
    expect(samples.map(({ id }) => id)).toContain(lesson.sample);
    for (const { recipe, set, steps } of lesson.runs) {
      expect(recipeOf(recipe).configure('tiny', { ...set, steps }).issues).toEqual([]);
    }
  });

  it('compares runs that differ in what their titles say', () => {
    const titles = lesson.runs.map(({ title }) => title.en);
    expect(new Set(titles).size).toBe(titles.length);
    expect(lesson.predict.options.length).toBeGreaterThan(1);
    expect(lesson.predict.options[lesson.predict.answer]).toBeDefined();
  });

  it('says the same in English and Chinese: both are there, Chinese with full-width punctuation', () => {
    for (const { en, zh } of words(lesson)) {
      expect(en.trim()).not.toBe('');
      expect(zh.trim()).not.toBe('');
      expect(zh, zh).not.toMatch(/[\u4e00-\u9fff][,.;:!?]/);
      expect(zh, zh).not.toMatch(/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/);
    }
  });
});

it('every lesson has a name of its own and stands in one section', () => {
  expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessons.length);
  expect(lessonSections.flatMap((section) => section.lessons)).toHaveLength(lessons.length);
});
