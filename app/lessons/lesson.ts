/** What a guided lesson is: a few sentences, a prediction to make, a run of under a minute, and where to look afterwards. */
import type { Config } from '../records/recipe';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export type Words = Readonly<Record<Language, string>>;

/** One training of a lesson: a recipe on a sample that comes with the program. */
export interface LessonRun {
  /** What sets it apart from the other run of the lesson. */
  title: Words;
  recipe: string;
  /** Settings beside those of the preset `tiny`. */
  set: Config;
  steps: number;
}

/** The explorer that shows what was learnt, opened on the lesson's run. */
export type LessonPlace = 'run' | 'codebook' | 'latent' | 'generator' | 'projector' | 'anomaly';

export interface Lesson {
  id: string;
  title: Words;
  /** Short paragraphs, in our own words. */
  text: readonly Words[];
  predict: {
    question: Words;
    options: readonly Words[];
    /** Position of the option that the runs bear out. */
    answer: number;
    /** Shown after the answer: why it comes out so. */
    why: Words;
  };
  sample: string;
  /** The faithful one first; a second one with one trick taken away where the lesson compares. */
  runs: readonly [LessonRun, ...LessonRun[]];
  /** The figure in which the runs are compared. */
  figure: { metric: string; words: Words; better: 'less' | 'more' };
  look: { place: LessonPlace; words: Words };
}

/** Lessons of one section of the lecture, in order. */
export interface LessonSection {
  id: string;
  title: Words;
  lessons: readonly Lesson[];
}
