/** Lessons on what a bottleneck holds: dimension reduction, depth, and noise. */
import type { LessonSection } from './lesson';

/** 576 pictures are few and small: a small net with a high rate knows them in seconds. */
const nine = (numbers: number) => ({ bottleneck: numbers, width: 128, batchSize: 64, learningRate: 5e-3 });

export const bottleneck: LessonSection = {
  id: 'bottleneck',
  title: { en: 'Auto-encoders: what the middle holds', zh: '自编码器：瓶颈里留下了什么' },
  lessons: [
    {
      id: 'nine-pixels',
      title: { en: 'Nine pixels, two numbers', zh: '九个像素，两个数字' },
      text: [
        {
          en: 'Here are pictures of 3 × 3 pixels. Each shows one soft dot, and all that differs from picture to picture is where it is: how far across, and how far down.',
          zh: '这里的图只有 3 × 3 个像素。每张图上有一个模糊的点，图与图之间只差在点的位置：横向多远，纵向多远。',
        },
        {
          en: 'So the nine numbers of a picture hold far less than nine numbers could. An auto-encoder must find out how much less: everything has to pass through its middle.',
          zh: '所以一张图的九个数字，其实远没有装满。自编码器要自己发现到底有多少信息，因为一切都得通过中间的瓶颈。',
        },
      ],
      predict: {
        question: {
          en: 'How many numbers in the middle are enough to draw every picture back?',
          zh: '瓶颈里有几个数字，就足以还原每一张图？',
        },
        options: [
          { en: 'One: there is only one dot', zh: '一个：反正只有一个点' },
          { en: 'Two: across and down', zh: '两个：横向和纵向' },
          { en: 'Nine: one for each pixel', zh: '九个：每个像素一个' },
        ],
        answer: 1,
        why: {
          en: 'Two ways to vary, two numbers. With one the model can only thread a line through the square of all places; whatever lies beside the line is drawn where it is not, and the error is about a hundred times as large.',
          zh: '有两种变化，就要两个数字。只有一个数字时，模型只能用一条线穿过所有位置组成的正方形；不在线上的点会被画到别处，误差大约是一百倍。',
        },
      },
      sample: 'sample:three-by-three',
      runs: [
        { title: { en: 'Two numbers', zh: '两个数字' }, recipe: 'autoencoder', set: nine(2), steps: 1500 },
        { title: { en: 'One number', zh: '一个数字' }, recipe: 'autoencoder', set: nine(1), steps: 1500 },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: {
        place: 'latent',
        words: { en: 'Move the two numbers and watch the dot', zh: '拨动这两个数字，看点怎样移动' },
      },
    },
    {
      id: 'narrow-middle',
      title: { en: 'How many numbers does a picture need?', zh: '一张图需要几个数字？' },
      text: [
        {
          en: 'An auto-encoder gives back its own input. That would be trivial, if it did not have to pass everything through a few numbers in the middle.',
          zh: '自编码器要把输入原样还原。如果中间没有一个只有几个数字的瓶颈，这件事毫无意义。',
        },
        {
          en: 'A picture of 28 × 28 pixels has 784 numbers, but digits do not vary in 784 ways. What the middle keeps is a guess at the ways in which they really vary.',
          zh: '28 × 28 的图有 784 个数字，可是手写数字并没有 784 种独立的变化。瓶颈里保留的，就是模型对“真正的变化方式”的猜测。',
        },
      ],
      predict: {
        question: {
          en: 'With 16 numbers in the middle, and with one: how far apart will the reconstruction errors be?',
          zh: '瓶颈是 16 个数字，和只有 1 个数字：重建误差会差多少？',
        },
        options: [
          { en: 'About the same', zh: '差不多' },
          { en: 'One number is about 1.2 times as bad', zh: '1 个数字的误差约为 1.2 倍' },
          { en: 'One number is at least twice as bad', zh: '1 个数字的误差至少是 2 倍' },
        ],
        answer: 2,
        why: {
          en: 'One number can only order the digits along one line. Every picture then comes out as an average of its neighbours on that line: a blur.',
          zh: '一个数字只能把所有图排成一条线。每张图还原出来的，就是这条线上邻居们的平均：一团模糊。',
        },
      },
      sample: 'sample:digits',
      runs: [
        {
          title: { en: '16 numbers', zh: '16 个数字' },
          recipe: 'autoencoder',
          set: { bottleneck: 16 },
          steps: 1200,
        },
        { title: { en: 'One number', zh: '1 个数字' }, recipe: 'autoencoder', set: { bottleneck: 1 }, steps: 1200 },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: {
        place: 'latent',
        words: { en: 'Move one number at a time and see what it draws', zh: '一次只动一个数字，看它画出什么' },
      },
    },
    {
      id: 'linear-is-pca',
      title: { en: 'Without hidden layers it is only PCA', zh: '没有隐藏层，就只是 PCA' },
      text: [
        {
          en: 'PCA finds the flat plane that lies closest to the data. A linear auto-encoder with squared error can do no better: it ends in the same plane.',
          zh: 'PCA 找到离数据最近的平面。用平方误差训练的线性自编码器不可能更好：它最后会落在同一个平面里。',
        },
        {
          en: 'Hidden layers let the model bend that plane to follow the data.',
          zh: '隐藏层让模型能把这个平面弯曲，贴着数据走。',
        },
      ],
      predict: {
        question: { en: 'Which has the smaller error with 16 numbers?', zh: '同样 16 个数字，谁的误差更小？' },
        options: [
          { en: 'The deep one', zh: '深的自编码器' },
          { en: 'Both end the same', zh: '两者一样' },
          { en: 'PCA: it is exact', zh: 'PCA：它是精确解' },
        ],
        answer: 0,
        why: {
          en: 'PCA is the exact best among flat planes. The digits lie on something bent, and the deep model may bend.',
          zh: 'PCA 是“平面”里的最优解；而数字分布在弯曲的面上，深的模型可以弯曲。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Two hidden layers', zh: '两层隐藏层' }, recipe: 'autoencoder', set: {}, steps: 1500 },
        { title: { en: 'PCA', zh: 'PCA' }, recipe: 'pca', set: { bottleneck: 16 }, steps: 1 },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: {
        place: 'projector',
        words: { en: 'See the digits in the plane, by PCA and by t-SNE', zh: '用 PCA 和 t-SNE 把数字画在平面上' },
      },
    },
    {
      id: 'layer-by-layer',
      title: { en: 'Why 2006 trained layer by layer', zh: '为什么 2006 年要一层一层训练' },
      text: [
        {
          en: 'Deep auto-encoders from small random weights used to get stuck: signals and gradients fade from layer to layer, and the net draws the average picture for a long time.',
          zh: '深的自编码器若从很小的随机权重开始，过去总是训练不起来：信号和梯度一层层衰减，网络长时间只画得出“平均图”。',
        },
        {
          en: 'Hinton and Salakhutdinov first trained each pair of layers as a restricted Boltzmann machine, stacked them, unrolled them into an auto-encoder, and only then trained the whole.',
          zh: 'Hinton 与 Salakhutdinov 先把每两层当作受限玻尔兹曼机训练，叠起来，再展开成自编码器，最后才整体微调。',
        },
      ],
      predict: {
        question: {
          en: 'After the same number of updates, where is the net that started at random?',
          zh: '更新次数相同，从随机小权重开始的网络会怎样？',
        },
        options: [
          { en: 'Far behind, near the average picture', zh: '远远落后，几乎还是平均图' },
          { en: 'A little behind', zh: '稍微落后' },
          { en: 'Ahead: it did not waste time', zh: '反而领先：没有浪费时间' },
        ],
        answer: 0,
        why: {
          en: 'The plateau is that of the average picture. A modern start (Xavier) and Adam shorten it, which is why nobody needs RBMs for this today.',
          zh: '它停在“平均图”的平台上。今天用 Xavier 初始化和 Adam 就能缩短这个平台，所以不再需要 RBM。',
        },
      },
      sample: 'sample:digits',
      runs: [
        {
          title: { en: 'RBMs first', zh: '先训练 RBM' },
          recipe: 'rbm-autoencoder',
          set: { layerSteps: 400 },
          steps: 2200,
        },
        {
          title: { en: 'All at once, from small random weights', zh: '从随机小权重整体训练' },
          recipe: 'rbm-autoencoder',
          set: { start: 'random' },
          steps: 600,
        },
      ],
      figure: { metric: 'validation/mse', words: { en: 'Error per pixel', zh: '每像素误差' }, better: 'less' },
      look: { place: 'run', words: { en: 'Compare the curves of both runs', zh: '比较两次训练的曲线' } },
    },
    {
      id: 'denoising',
      title: { en: 'Give back what was taken away', zh: '把拿掉的部分还回来' },
      text: [
        {
          en: 'A denoising auto-encoder is shown a damaged picture and must draw the whole one. It cannot copy: it has to know how digits look.',
          zh: '去噪自编码器看到的是损坏的图，却要画出完整的图。它无法照抄，必须知道数字长什么样。',
        },
        {
          en: 'BERT does the same with words: hide some, and ask for them back.',
          zh: 'BERT 对文字做的正是同一件事：盖住一些词，再要求还原。',
        },
      ],
      predict: {
        question: {
          en: 'What if the target is the damaged picture itself?',
          zh: '如果目标就是损坏的图本身，会怎样？',
        },
        options: [
          { en: 'It restores just as well', zh: '照样能修复' },
          { en: 'It learns to copy the damage', zh: '学会把损坏一起抄下来' },
          { en: 'It learns nothing at all', zh: '什么也学不到' },
        ],
        answer: 1,
        why: {
          en: 'Copying is then the best answer, and a wide middle makes it easy. The lesson is in the target, not in the network.',
          zh: '那样“照抄”就是最好的答案，而瓶颈又足够宽。关键在于目标，不在网络。',
        },
      },
      sample: 'sample:digits',
      runs: [
        { title: { en: 'Clean target', zh: '目标：干净的图' }, recipe: 'denoising-autoencoder', set: {}, steps: 1500 },
        {
          title: { en: 'Damaged target', zh: '目标：损坏的图' },
          recipe: 'denoising-autoencoder',
          set: { target: 'noisy' },
          steps: 1500,
        },
      ],
      figure: {
        metric: 'validation/mse',
        words: { en: 'Error against the clean picture', zh: '与干净图的误差' },
        better: 'less',
      },
      look: { place: 'run', words: { en: 'Damaged, restored, clean: side by side', zh: '并排看：损坏、修复、干净' } },
    },
  ],
};
