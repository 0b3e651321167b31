/** Problems of a data set in groups, with the words for each kind. */
import type { Problem, ProblemKind } from '#app/records/dataset';

export interface ProblemGroup {
  kind: ProblemKind;
  title: string;
  /** What it means for training. */
  meaning: string;
  icon: string;
  tone: 'warn' | 'err' | 'f3';
  problems: Problem[];
}

const kinds: Record<ProblemKind, Omit<ProblemGroup, 'kind' | 'problems'>> = {
  unreadable: { title: 'Could not be read', meaning: 'left out', icon: 'err', tone: 'err' },
  duplicate: { title: 'Exact copies', meaning: 'could leak from train to test', icon: 'copy', tone: 'warn' },
  blank: { title: 'Nearly blank', meaning: 'almost all of one colour', icon: 'eye', tone: 'warn' },
  empty: { title: 'Empty files', meaning: 'left out', icon: 'err', tone: 'err' },
  unlabelled: {
    title: 'Without a label',
    meaning: 'trained on all the same; left out of probes',
    icon: 'flag',
    tone: 'f3',
  },
  skipped: {
    title: 'Left out',
    meaning: 'not what was expected, or nothing can be learnt from it',
    icon: 'minus',
    tone: 'f3',
  },
};

/** Groups in order of weight, empty ones left out. */
export const groupProblems = (problems: readonly Problem[]): ProblemGroup[] =>
  (Object.keys(kinds) as ProblemKind[])
    .map((kind) => ({ kind, ...kinds[kind], problems: problems.filter((problem) => problem.kind === kind) }))
    .filter((group) => group.problems.length > 0);
