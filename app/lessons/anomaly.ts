/** The lesson on finding what does not belong: a detector is as good as what it cannot do. */
import type { LessonSection } from './lesson';

export const anomaly: LessonSection = {
  id: 'anomaly',
  title: { en: 'Finding what does not belong', zh: '找出不合群的' },
  lessons: [
    {
      id: 'anomalies',
      title: { en: 'The net that can copy finds nothing', zh: '会照抄的网络什么也找不到' },
      text: [
        {
          en: 'Of 4,000 card payments about one in forty is fraud. A classifier would need many frauds of every kind, and the next one will be of a new kind. So the net sees normal payments alone and learns to redraw them.',
          zh: '4000 笔刷卡消费里，大约每四十笔有一笔是盗刷。分类器需要每一种盗刷的大量例子，而下一次的手法总是新的。所以网络只看正常的消费，学着把它们重画出来。',
        },
        {
          en: 'The score of a payment is how wrong it comes back. What is normal is decided by the training data and by nothing else: a payment is unusual for these customers.',
          zh: '一笔消费的分数，就是它被重画得有多错。什么算正常，只由训练数据决定：不寻常，是相对于这些顾客而言。',
        },
        {
          en: 'Two nets: one must pass everything through six numbers, the other has room for all of it. Judge a detector by what it finds, never by how well it draws.',
          zh: '两个网络：一个必须把一切挤过六个数字，另一个装得下全部。评价一个检测器，要看它找到了什么，而不是画得有多好。',
        },
      ],
      predict: {
        question: {
          en: 'Which net redraws normal payments better, and which one finds more frauds?',
          zh: '哪个网络把正常消费重画得更好，哪个找到的盗刷更多？',
        },
        options: [
          { en: 'The narrow one does both better', zh: '窄的那个两样都更好' },
          { en: 'The wide one does both better', zh: '宽的那个两样都更好' },
          { en: 'The wide one redraws better, the narrow one finds more', zh: '宽的重画得更好，窄的找到的更多' },
        ],
        answer: 2,
        why: {
          en: 'With room for everything the net only copies, and it copies frauds just as faithfully: its error says nothing. Through six numbers only what is usual among normal payments gets through, so a fraud comes back as the normal payment that it pretends to be, and the difference shows.',
          zh: '装得下一切的网络只是照抄，盗刷也照抄得一样像：它的误差什么也说明不了。挤过六个数字，只有正常消费里常见的规律能通过，盗刷被重画成它所假扮的正常消费，差别就露出来了。',
        },
      },
      sample: 'sample:cards',
      runs: [
        {
          title: { en: 'Through six numbers', zh: '挤过六个数字' },
          recipe: 'anomaly-autoencoder',
          set: { bottleneck: 6, width: 64 },
          steps: 1500,
        },
        {
          title: { en: 'Room for everything', zh: '装得下一切' },
          recipe: 'anomaly-autoencoder',
          set: { architecture: 'dense', hiddenLayers: 0, bottleneck: 256 },
          steps: 1500,
        },
      ],
      figure: {
        metric: 'validation/mse',
        words: { en: 'Error on normal payments', zh: '正常消费的误差' },
        better: 'less',
      },
      look: {
        place: 'anomaly',
        words: { en: 'Move the line and count what each net finds', zh: '移动界线，数一数每个网络找到多少' },
      },
    },
  ],
};
