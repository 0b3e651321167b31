/** What a lesson's runs have come to: which runs of the project are its own, what they measured, and what to say of it. */
import type { Lesson, LessonRun, Words } from '#app/lessons';
import type { Run } from '#app/records/run';

/** The name under which a lesson's run is found again. */
export const runName = (lesson: Lesson, { title }: LessonRun): string => `${lesson.id}: ${title.en}`.slice(0, 80);

/** The newest run of each of the lesson's trainings. `all`: newest first. */
export const runsOf = (lesson: Lesson, all: readonly Run[]): (Run | undefined)[] =>
  lesson.runs.map((one) => all.find(({ name }) => name === runName(lesson, one)));

export interface Compared {
  title: Words;
  run: Run | undefined;
  /** The lesson's figure as last measured. */
  value: number | undefined;
}

/** How many times as large the worse figure is as the better one; undefined where that says nothing. */
export function ratioOf(values: readonly (number | undefined)[]): number | undefined {
  const [a, b] = values;
  if (a === undefined || b === undefined || a <= 0 || b <= 0) return undefined;
  return Math.max(a, b) / Math.min(a, b);
}

export type LessonState = 'unread' | 'predicted' | 'running' | 'done';

export function stateOf(lesson: Lesson, guess: number | undefined, all: readonly Run[]): LessonState {
  const own = runsOf(lesson, all);
  if (own.every((run) => run?.status === 'finished')) return 'done';
  if (own.some((run) => run && ['running', 'queued', 'paused'].includes(run.status))) return 'running';
  return guess === undefined ? 'unread' : 'predicted';
}
