// Anomaly detection on public tables: one family a data set, each beside PCA, kNN and an isolation forest.
import { existsSync } from 'node:fs';
import { atLeast, mean, of } from './bars.mjs';
import { remark } from './beside.mjs';

const half = ['--split', 'validation=.1,test=.5'];
const tables = {
  breastw: {
    title: 'Wisconsin breast cancer (original, 683 rows)',
    file: 'adbench-npz/4_breastw.npz',
    published: 'iForest 0.983, PCA 0.951, kNN 0.970',
  },
  wbc: { title: 'WBC (223 rows, 10 anomalies)', file: 'adbench-npz/42_WBC.npz', published: 'iForest 0.990, PCA 0.982' },
  thyroid: { title: 'Thyroid', file: 'adbench-npz/38_thyroid.npz', published: 'iForest 0.983, PCA 0.963' },
  mammography: { title: 'Mammography', file: 'adbench-npz/23_mammography.npz', published: 'iForest 0.864, PCA 0.887' },
  cardio: { title: 'Cardiotocography', file: 'adbench-npz/6_cardio.npz', published: 'iForest 0.932, PCA 0.956' },
  ionosphere: { title: 'Ionosphere', file: 'adbench-npz/18_Ionosphere.npz' },
  pima: { title: 'Pima diabetes', file: 'adbench-npz/29_Pima.npz' },
  annthyroid: { title: 'Annthyroid', file: 'adbench-npz/2_annthyroid.npz' },
  shuttle: { title: 'Shuttle', file: 'adbench-npz/32_shuttle.npz' },
  optdigits: { title: 'Optdigits', file: 'adbench-npz/26_optdigits.npz' },
};
const also = [
  'anomaly:auprc',
  'anomaly:recall_at_1_percent_fpr',
  'anomaly:f1',
  'anomaly:auroc_pca',
  'anomaly:auroc_knn',
  'anomaly:auroc_isolation_forest',
];
const small = [{ id: 'small', title: 'Preset small', preset: 'small' }];
const common = { recipe: 'anomaly-autoencoder', also, evaluations: ['anomaly'], remark };
const label = ['--labels', 'y'];

/** Where Debian's python3-sklearn puts the table, or where PRETEXT_WDBC says. */
function wdbc() {
  const debian = '/usr/lib/python3/dist-packages/sklearn/datasets/data/breast_cancer.csv';
  const source = [process.env.PRETEXT_WDBC, debian].find((file) => file && existsSync(file));
  return source ? { source } : {};
}

/** `found`: a path of the folder of public data sets → { source } where it is there. */
export const anomalyData = (found) => ({
  cards: {
    title: 'the shipped card payments (made up)',
    source: 'sample:cards',
    options: ['--split', 'validation=.15,test=.4'],
  },
  'breast-cancer': {
    title: 'Wisconsin breast cancer (original, 699 rows, half of them held out)',
    ...found('tables/wisconsin-breast-cancer/breast-cancer-wisconsin.data'),
    options: [...half, '--as', 'csv'],
    hint: 'breast-cancer-wisconsin.data in PRETEXT_DATA/tables/wisconsin-breast-cancer',
  },
  wdbc: {
    title: 'Wisconsin diagnostic breast cancer (569 rows of 30 columns, three tenths held out)',
    ...wdbc(),
    options: ['--split', 'validation=.1,test=.3', '--as', 'csv'],
    hint: 'breast_cancer.csv at the path that PRETEXT_WDBC names (Debian: python3-sklearn)',
  },
  creditcard: {
    title: 'credit-card payments of 2013 (a sample of 861 with 246 frauds)',
    ...found('tables/creditcard-fraud/creditcard_sample.csv'),
    options: half,
    hint: 'creditcard_sample.csv in PRETEXT_DATA/tables/creditcard-fraud',
  },
  kddcup99: {
    title: 'KDD Cup 1999 (the file of 10 per cent, a tenth held out)',
    ...found('tables/kddcup99/kddcup.data_10_percent.gz'),
    options: ['--split', 'validation=.1,test=.1', '--as', 'csv'],
    hint: 'kddcup.data_10_percent.gz in PRETEXT_DATA/tables/kddcup99',
  },
  'digits-8x8': {
    title: 'UCI digits of 8 × 8 (half of them held out)',
    ...found('images/uci-digits-8x8/digits.csv.gz'),
    options: [...half, '--as', 'csv', '--pixels', '8x8'],
    hint: 'digits.csv.gz in PRETEXT_DATA/images/uci-digits-8x8',
  },
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { title, file }]) => [
      `adbench-${name}`,
      {
        title: `${title}, half of it held out`,
        ...found(`tables/${file}`),
        options: [...half, ...label],
        hint: `${file} in PRETEXT_DATA/tables`,
      },
    ]),
  ),
});

const anyMiddle = [atLeast('anomaly:auroc', 0.89, { over: 'mean', why: 'ANO-2: any bottleneck' })];
const eachDigit = [atLeast('anomaly:auroc', 0.93, { why: 'ANO-3: each digit' })];
const ofTenDigits = of(
  'anomaly:auroc, mean of the ten digits',
  ['anomaly:auroc', ...Array.from({ length: 9 }, (_, i) => ({ variant: `digit-${i + 1}`, figure: 'anomaly:auroc' }))],
  (...all) => mean(all),
);

export const anomalyFamilies = {
  anomaly: {
    ...common,
    title: 'Anomaly auto-encoder on made-up card payments',
    data: 'cards',
    set: { bottleneck: 6, width: 64 },
    bars: [atLeast('anomaly:auroc', 0.935, { why: 'twin + ⅔ · (faithful − twin), the twin being untrained' })],
  },
  'anomaly-breast-cancer': {
    ...common,
    title: 'Anomaly auto-encoder on Wisconsin breast cancer (ANO-1)',
    data: 'breast-cancer',
    seeds: [1, 2, 3, 4, 5],
    twins: 'none',
    bars: [atLeast('anomaly:auroc', 0.955, { why: 'ANO-1: each seed, any bottleneck up to 3' })],
    variants: [1, 3].map((bottleneck) => ({
      id: `d${bottleneck}`,
      title: `${bottleneck} in the middle`,
      set: { bottleneck },
      mustClear: true,
    })),
    evaluations: ['anomaly', 'contamination'],
  },
  'anomaly-wdbc': {
    ...common,
    title: 'Anomaly auto-encoder on Wisconsin diagnostic breast cancer (ANO-2)',
    text: 'An auto-encoder is not the best detector of this table; the card says so too: PCA with one component reaches 0.966 there.',
    data: 'wdbc',
    seeds: [1, 2, 3, 4, 5],
    set: { bottleneck: 1, width: 24, logSkewed: false },
    twins: 'none',
    bars: [atLeast('anomaly:auroc', 0.92, { over: 'mean', why: 'ANO-2: one number in the middle' })],
    variants: [2, 3, 8, 15, 30].map((bottleneck) => ({
      id: `d${bottleneck}`,
      title: `${bottleneck} in the middle`,
      set: { bottleneck },
      bars: anyMiddle,
      mustClear: true,
    })),
  },
  'anomaly-digits': {
    ...common,
    overview: 'UCI digits of 8 × 8, 0 is normal (the other nine in their own section)',
    title: 'Anomaly auto-encoder, one digit normal (ANO-3)',
    data: 'digits-8x8',
    set: { bottleneck: 8, width: 64, normal: '0' },
    twins: 'none',
    bars: [
      atLeast('anomaly:auroc', 0.93, { why: 'ANO-3: each digit' }),
      atLeast(ofTenDigits, 0.97, { why: 'ANO-3: their mean' }),
    ],
    variants: Array.from({ length: 9 }, (_, i) => ({
      id: `digit-${i + 1}`,
      title: `${i + 1} is normal`,
      set: { normal: String(i + 1) },
      bars: eachDigit,
      mustClear: true,
    })),
  },
  'anomaly-creditcard': {
    ...measured('Anomaly auto-encoder on credit-card payments', 'creditcard'),
    set: { bottleneck: 8 },
  },
  'anomaly-kddcup99': {
    ...measured('Anomaly auto-encoder on KDD Cup 1999', 'kddcup99'),
    text: 'Trained on normal connections; attacks are the anomalies. Published F1 is of the other way round, the attacks being four fifths of the file and so taken for what is usual, which is another task: DAGMM 0.937, OC-SVM 0.795, DSEBM 0.74.',
    set: { bottleneck: 8, normal: 'normal.' },
  },
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { title, published }]) => [
      `anomaly-${name}`,
      {
        ...measured(`Anomaly auto-encoder on ${title}`, `adbench-${name}`),
        published,
        ...(published && { text: `Published AUROC without labels, all rows (Han et al. 2022): ${published}.` }),
      },
    ]),
  ),
};

/** Measured and not judged: no card holds these to a bar. The bar says that it tells anomalies better than chance. */
function measured(title, data) {
  return {
    ...common,
    title,
    data,
    twins: 'none',
    bars: [atLeast('anomaly:auroc', 0.5, { why: 'chance; no card holds this data to more' })],
    variants: small,
  };
}
