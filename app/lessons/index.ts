/** The guided lessons of the lecture's second half, in its order. */
import { anomaly } from './anomaly';
import { bottleneck } from './bottleneck';
import { contrast } from './contrast';
import { discrete } from './discrete';
import { generation } from './generation';
import type { Lesson, LessonSection } from './lesson';

export type { Language, Lesson, LessonPlace, LessonRun, LessonSection, Words } from './lesson';
export { languages } from './lesson';

export const lessonSections: readonly LessonSection[] = [bottleneck, generation, discrete, contrast, anomaly];

export const lessons: readonly Lesson[] = lessonSections.flatMap((section) => section.lessons);
