/** Lessons on learning without drawing anything: pull views of one thing together. */
import type { LessonSection } from './lesson';

/** Digits are not the same from both sides. */
const asWritten = { flip: 0 };
/** Enough for both lessons to come out as they say, at both seeds tried; two runs stay under a minute. */
const steps = 100;

export const contrast: LessonSection = {
  id: 'contrast',
  title: { en: 'Contrastive learning', zh: '对比学习' },
  lessons: [
    {
      id: 'views',
      title: { en: 'Two views of one thing', zh: '同一事物的两个视角' },
      text: [
        {
          en: 'SimCLR draws nothing. It crops and recolours each picture twice and asks that both views get the same features, and views of other pictures different ones.',
          zh: 'SimCLR 不画任何东西。它把每张图裁剪、变色两次，要求两个视角的特征相同，而与其他图的不同。',
        },
        {
          en: 'What the views have in common is all that can be learnt. Choose the changes badly, and that is the wrong thing.',
          zh: '两个视角的共同之处，就是能学到的全部。变化选得不好，学到的就是错的东西。',
        },
      ],
      predict: {
        question: {
          en: 'If the two views differ by a little noise only, finding the partner becomes …',
          zh: '如果两个视角只差一点噪声，找到“另一半”会……',
        },
        options: [
          { en: 'easier, and the features better', zh: '更容易，特征也更好' },
          { en: 'easier, and the features worse', zh: '更容易，但特征更差' },
          { en: 'harder', zh: '更难' },
        ],
        answer: 1,
        why: {
          en: 'A few pixels tell the partner. The loss is lower, and nothing about digits had to be learnt: judge by a probe, never by this loss.',
          zh: '几个像素就能认出另一半。损失更低，却不需要懂得数字：要用探针评价，绝不能只看这个损失。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Crops and contrast', zh: '裁剪与对比度' }, recipe: 'simclr', set: asWritten, steps },
        {
          title: { en: 'Noise alone', zh: '只有噪声' },
          recipe: 'simclr',
          set: { ...asWritten, cropArea: 1, jitter: 0, greyscale: 0, blur: 0, solarise: 0, noise: 0.05 },
          steps,
        },
      ],
      figure: {
        metric: 'validation/match_accuracy',
        words: { en: 'Partners found', zh: '找对另一半的比例' },
        better: 'more',
      },
      look: { place: 'projector', words: { en: 'See how the digits group', zh: '看看数字怎样聚在一起' } },
    },
    {
      id: 'collapse',
      title: { en: 'The loss of zero that means nothing', zh: '毫无意义的零损失' },
      text: [
        {
          en: 'BYOL has no other pictures to push away from: one network predicts what its own slowly moving average says of the other view. The easiest answer is to say the same of everything.',
          zh: 'BYOL 没有“其他图”可以推开：一个网络去预测自己的缓慢平均对另一个视角的看法。最省事的答案，是对一切都说同样的话。',
        },
        {
          en: 'Predictor, stop-gradient and the moving average together keep it from that.',
          zh: '预测头、停止梯度和滑动平均合在一起，才避免了这一点。',
        },
      ],
      predict: {
        question: { en: 'Which run ends with the lower loss?', zh: '哪一个的损失更低？' },
        options: [
          { en: 'BYOL as it is meant', zh: '完整的 BYOL' },
          { en: 'The one without predictor and average', zh: '去掉预测头和平均的那个' },
        ],
        answer: 1,
        why: {
          en: 'It has collapsed: all features are one point, so any prediction is right. Watch the spread, not the loss.',
          zh: '它坍缩了：所有特征变成一个点，怎么预测都对。要看散布程度，而不是损失。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'BYOL', zh: 'BYOL' }, recipe: 'byol', set: asWritten, steps },
        {
          title: { en: 'No predictor, target = itself', zh: '没有预测头，目标就是自己' },
          recipe: 'byol',
          set: { ...asWritten, predictor: false, target: 'online' },
          steps,
        },
      ],
      figure: { metric: 'validation/loss', words: { en: 'Loss', zh: '损失' }, better: 'less' },
      look: {
        place: 'projector',
        words: { en: 'See the features, spread or collapsed', zh: '看特征：散开，还是坍缩' },
      },
    },
  ],
};
