/** The words of the lessons' own controls in both languages. */
import type { Words } from '#app/lessons';

export const say = {
  lessons: { en: 'Lessons', zh: '课程' },
  predict: { en: 'First, predict', zh: '先预测' },
  run: { en: 'Then, run', zh: '再运行' },
  look: { en: 'Then, look', zh: '然后看' },
  runAll: { en: 'Run', zh: '运行' },
  runAgain: { en: 'Run again', zh: '再运行一次' },
  choose: { en: 'Choose an answer; then the runs may begin.', zh: '先选一个答案，再开始运行。' },
  yours: { en: 'your prediction', zh: '你的预测' },
  right: { en: 'That is what happens.', zh: '正是如此。' },
  wrong: { en: 'It comes out otherwise:', zh: '结果不是这样：' },
  short: { en: 'Each run takes under a minute on two cores.', zh: '每次训练在双核电脑上不到一分钟。' },
  waiting: { en: 'waits', zh: '等待中' },
  notYet: { en: 'not run yet', zh: '尚未运行' },
  failed: { en: 'did not finish', zh: '没有完成' },
  openRun: { en: 'Open the run', zh: '打开这次训练' },
  after: { en: 'Opens once the first run has finished.', zh: '第一次训练完成后即可打开。' },
  preparing: { en: 'Opening the sample', zh: '正在打开示例数据' },
  next: { en: 'Next lesson', zh: '下一课' },
} satisfies Record<string, Words>;

/** “3.5 times as large”. */
export const timesAsLarge = (ratio: number): Words => ({
  en: `${ratio.toFixed(1)} times as large`,
  zh: `相差 ${ratio.toFixed(1)} 倍`,
});
