/** Lessons on drawing new things: the decoder as a generator, and what its dimensions mean. */
import type { LessonSection } from './lesson';

export const generation: LessonSection = {
  id: 'generation',
  title: { en: 'The decoder as a generator', zh: '把解码器当作生成器' },
  lessons: [
    {
      id: 'vae',
      title: { en: 'Draw digits nobody wrote', zh: '画出没人写过的数字' },
      text: [
        {
          en: 'To draw something new, give the decoder numbers by chance. With a plain auto-encoder most of them mean nothing: its codes lie scattered, with holes between.',
          zh: '要画新的东西，就随机给解码器一组数字。普通自编码器里，大多数数字没有意义：编码散落各处，中间全是空洞。',
        },
        {
          en: 'A variational auto-encoder makes each code a small cloud and pulls all clouds together around zero (the KL term). Then chance falls on something that means something.',
          zh: '变分自编码器让每个编码变成一小团云，并用 KL 项把所有的云拉到原点附近。这样随机取的点就有意义了。',
        },
      ],
      predict: {
        question: {
          en: 'If the pixel errors are averaged instead of summed, what happens to the KL term?',
          zh: '如果像素误差取平均而不是求和，KL 项会怎样？',
        },
        options: [
          { en: 'Nothing, it is only a scale', zh: '没有影响，只是换了尺度' },
          { en: 'It wins: the code says nothing any more', zh: '它压倒一切：编码不再携带信息' },
          { en: 'It vanishes', zh: '它消失了' },
        ],
        answer: 1,
        why: {
          en: 'Averaging over 784 pixels is a weight of 784 on the KL. The model then hides nothing in the code and draws one grey average.',
          zh: '对 784 个像素取平均，等于给 KL 乘上 784。模型干脆什么也不编码，只画一张灰色的平均图。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Summed over pixels', zh: '对像素求和' }, recipe: 'vae', set: {}, steps: 1500 },
        {
          title: { en: 'Averaged over pixels', zh: '对像素取平均' },
          recipe: 'vae',
          set: { pixels: 'mean' },
          steps: 1500,
        },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: { place: 'generator', words: { en: 'Draw a sheet of new digits', zh: '画一整页新数字' } },
    },
    {
      id: 'beta',
      title: { en: 'One knob for one thing', zh: '一个旋钮管一件事' },
      text: [
        {
          en: 'Weigh the KL term more (β > 1) and the model must save: it spends a dimension only where it pays, and different causes tend to end up in different dimensions.',
          zh: '加重 KL 项（β > 1），模型就得精打细算：只在值得的地方用一个维度，不同的原因往往落到不同的维度里。',
        },
        {
          en: 'The price is a less exact picture. Seeds differ a lot: judge by several.',
          zh: '代价是图画得没那么准。不同随机种子差别很大：要多看几次。',
        },
      ],
      predict: {
        question: {
          en: 'With β = 4 instead of 0, the number of dimensions in use …',
          zh: 'β 从 0 变为 4，真正在用的维度会……',
        },
        options: [
          { en: 'grows', zh: '变多' },
          { en: 'stays', zh: '不变' },
          { en: 'shrinks', zh: '变少' },
        ],
        answer: 2,
        why: {
          en: 'Every nat in the code now costs four. Dimensions that bring less than that are left unused.',
          zh: '编码里的每一 nat 现在要付四倍的价。收益低于这个价的维度就不用了。',
        },
      },
      sample: 'sample:sprites',
      runs: [
        { title: { en: 'β = 4', zh: 'β = 4' }, recipe: 'beta-vae', set: {}, steps: 1500 },
        { title: { en: 'β = 0', zh: 'β = 0' }, recipe: 'beta-vae', set: { beta: 0 }, steps: 1500 },
      ],
      figure: {
        metric: 'validation/kl_nats',
        words: { en: 'What the code says, in nats', zh: '编码携带的信息（nat）' },
        better: 'less',
      },
      look: { place: 'latent', words: { en: 'Turn one knob at a time', zh: '一次拧一个旋钮' } },
    },
    {
      id: 'critic',
      title: { en: 'A forger and a critic', zh: '造假者与鉴定师' },
      text: [
        {
          en: 'A generator draws from chance; a critic tells its drawings from real ones; each learns from the other. Nobody ever says which drawing a given code should give.',
          zh: '生成器凭随机数作画，鉴定师分辨真伪，两者互相学习。没有人规定哪个编码该画出哪张图。',
        },
        {
          en: 'The critic must not be too sure of itself: its slope is held near 1 by a penalty on its gradient, which is a gradient of a gradient.',
          zh: '鉴定师不能太自信：用梯度惩罚把它的斜率保持在 1 附近，这是“梯度的梯度”。',
        },
      ],
      predict: {
        question: { en: 'Without that penalty, the critic’s slope …', zh: '没有这个惩罚，鉴定师的斜率会……' },
        options: [
          { en: 'stays near 1 by itself', zh: '自己保持在 1 附近' },
          { en: 'grows without bound', zh: '无限增大' },
        ],
        answer: 1,
        why: {
          en: 'Its score is not bounded, so shouting louder always looks better. The generator is then thrown about instead of led.',
          zh: '它的打分没有上限，喊得越响看起来就越好。生成器于是被甩来甩去，而不是被引导。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'With the penalty', zh: '有惩罚' }, recipe: 'gan', set: {}, steps: 300 },
        { title: { en: 'Without it', zh: '没有惩罚' }, recipe: 'gan', set: { penalty: 0 }, steps: 300 },
      ],
      figure: {
        metric: 'validation/sliced_wasserstein',
        words: { en: 'Distance from real digits', zh: '与真实数字的距离' },
        better: 'less',
      },
      look: { place: 'generator', words: { en: 'Look at the drawings', zh: '看看它画的图' } },
    },
  ],
};
