/** Lessons on codes that are words rather than numbers: bits, one choice of many, and a codebook. */
import type { LessonSection } from './lesson';

/** A class is one picture, a linear map: at a high rate a few hundred steps draw it. */
const quick = { learningRate: 1e-2 };
const brisk = { learningRate: 5e-3 };

export const discrete: LessonSection = {
  id: 'discrete',
  title: { en: 'Discrete codes', zh: '离散的编码' },
  lessons: [
    {
      id: 'bits',
      title: { en: 'Sixteen switches', zh: '十六个开关' },
      text: [
        {
          en: 'Each number in the middle is now a switch: a property is there, or it is not. Rounding has no slope, so no gradient passes it.',
          zh: '瓶颈里的每个数字现在都是开关：某种特征有，或者没有。取整没有斜率，梯度穿不过去。',
        },
        {
          en: 'The straight-through trick lets the gradient pass as if nothing had been rounded.',
          zh: '直通估计（straight-through）让梯度当作没有取整一样直接通过。',
        },
      ],
      predict: {
        question: { en: 'What does the encoder learn without that trick?', zh: '没有这个技巧，编码器能学到什么？' },
        options: [
          { en: 'The same, more slowly', zh: '一样，只是慢一些' },
          { en: 'Nothing: its switches stay as they fell', zh: '什么也学不到：开关停在最初的样子' },
        ],
        answer: 1,
        why: {
          en: 'No gradient reaches the encoder. The decoder does its best with random switches, and that is nearly twice as bad.',
          zh: '梯度到不了编码器。解码器只能在随机的开关上尽力而为，误差接近两倍。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Straight-through', zh: '直通估计' }, recipe: 'binary-autoencoder', set: brisk, steps: 800 },
        {
          title: { en: 'No gradient through the switches', zh: '梯度不通过开关' },
          recipe: 'binary-autoencoder',
          set: { ...brisk, straightThrough: false },
          steps: 800,
        },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: { place: 'latent', words: { en: 'Flip the switches one by one', zh: '把开关一个个拨动' } },
    },
    {
      id: 'one-of-ten',
      title: { en: 'Ten drawers and no labels', zh: '十个抽屉，没有标签' },
      text: [
        {
          en: 'Let the middle choose one of ten drawers. Each drawer can hold only one picture, so the model must sort the digits to lose as little as possible: classes without labels.',
          zh: '让瓶颈在十个抽屉里选一个。每个抽屉只能放一张“代表图”，模型必须把数字分好类才能损失最少：没有标签的分类。',
        },
        {
          en: 'A term of the objective asks that all drawers be used about equally often.',
          zh: '目标里有一项，要求每个抽屉被用到的次数差不多。',
        },
      ],
      predict: {
        question: { en: 'How many drawers are used without that term?', zh: '没有这一项，会用到几个抽屉？' },
        options: [
          { en: 'All ten', zh: '十个都用' },
          { en: 'Six or seven', zh: '六七个' },
          { en: 'One to three', zh: '一到三个' },
        ],
        answer: 2,
        why: {
          en: 'A drawer that is chosen a little more often learns a little more, is chosen even more often, and soon takes all. The balance breaks this circle.',
          zh: '多被选一点的抽屉学得多一点，于是更常被选中，很快就独占了。平衡项打破这个循环。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'With balance', zh: '有平衡项' }, recipe: 'onehot-autoencoder', set: quick, steps: 600 },
        {
          title: { en: 'Without balance', zh: '没有平衡项' },
          recipe: 'onehot-autoencoder',
          set: { ...quick, balance: 0 },
          steps: 600,
        },
      ],
      figure: { metric: 'validation/codes_used', words: { en: 'Drawers used', zh: '用到的抽屉' }, better: 'more' },
      look: { place: 'latent', words: { en: 'Look into the drawers', zh: '看看抽屉里是什么' } },
    },
    {
      id: 'codebook',
      title: { en: 'A vocabulary for pictures', zh: '给图像一本词典' },
      text: [
        {
          en: 'VQ-VAE writes each small part of a picture as one entry of a codebook that is learnt along with everything else. A picture becomes a page of 49 words.',
          zh: 'VQ-VAE 把图的每一小块写成码本里的一个词，码本和其他部分一起学习。一张图就成了 49 个词的一页。',
        },
        {
          en: 'Choosing the nearest entry has no slope either; again the gradient is passed straight through.',
          zh: '“选最近的词”同样没有斜率；梯度仍然直接通过。',
        },
      ],
      predict: {
        question: { en: 'Without it, how much of the vocabulary is used?', zh: '没有直通，词典会用到多少？' },
        options: [
          { en: 'Nearly all', zh: '几乎全部' },
          { en: 'Half', zh: '一半' },
          { en: 'A fifth, and nearly always the same word', zh: '五分之一，而且几乎总是同一个词' },
        ],
        answer: 2,
        why: {
          en: 'The encoder never hears how its choice was drawn, so it has no reason to choose different words for different things.',
          zh: '编码器听不到自己选的词画得如何，就没有理由为不同的东西选不同的词。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Straight-through', zh: '直通估计' }, recipe: 'vq-vae', set: {}, steps: 500 },
        {
          title: { en: 'No straight-through', zh: '没有直通' },
          recipe: 'vq-vae',
          set: { straightThrough: false },
          steps: 500,
        },
      ],
      figure: {
        metric: 'validation/codebook_perplexity',
        words: { en: 'Perplexity: words in real use', zh: '困惑度：真正在用的词数' },
        better: 'more',
      },
      look: { place: 'codebook', words: { en: 'Open the codebook and repaint a digit', zh: '打开码本，改画一个数字' } },
    },
  ],
};
