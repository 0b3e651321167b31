/** Metric names as people read them: `validation/codebook_perplexity` is the codebook perplexity of the validation split. */
import { count, metric, percent } from '../../widgets/format';

const titles: Record<string, string> = {
  mse: 'Squared error',
  psnr: 'Signal to noise',
  kl_nats: 'KL divergence',
  codebook_used_share: 'Codes in use',
  codebook_perplexity_share: 'Perplexity of size',
  items_per_second: 'Speed',
  knn: 'Nearest neighbours',
  mse_median: 'Median squared error',
  mse_percentile_95: '95th percentile of squared error',
  psnr_db: 'Signal to noise',
  n_train: 'Items fitted on',
  size: 'Codes',
  used: 'Codes in use',
  used_share: 'Share in use',
  perplexity_share: 'Perplexity of size',
  entropy_bits: 'Entropy',
  most_frequent_share: 'Most frequent code',
  perplexity_without_most_frequent: 'Perplexity without it',
  by_class: 'Error by class',
  worst: 'Worst items',
  usage: 'Use of the codes',
  nt_xent: 'NT-Xent',
  sliced_wasserstein: 'Sliced Wasserstein distance',
};
/** Words of a name that are written otherwise than they are spelt in it. */
const written: Record<string, string> = {
  ...Object.fromEntries(
    ['auroc', 'auprc', 'dci', 'elbo', 'fpr', 'f1', 'iwae', 'kl', 'mig', 'nmi', 'pca', 'sap'].map((word) => [
      word,
      word.toUpperCase(),
    ]),
  ),
  knn: 'kNN',
};
const units: [RegExp, string][] = [
  [/^mse$/, 'per value'], // a pixel's, or a column's of a table,
  [/^psnr$|_db$/, 'dB'],
  [/_nats$/, 'nats'],
  [/_bits$/, 'bit'],
  [/_share$/, 'share'],
  [/^items_per_second$/, 'items/s'],
];

/** `validation/mse` → { split: 'validation', figure: 'mse' }; without a slash the split is empty. */
export function partsOf(name: string): { split: string; figure: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { split: '', figure: name } : { split: name.slice(0, slash), figure: name.slice(slash + 1) };
}

export function figureTitle(figure: string): string {
  if (titles[figure]) return titles[figure];
  const [first = '', ...rest] = figure.split(/[_-]/).map((word) => written[word] ?? word);
  const begun = /[A-Z]/.test(first) ? first : first.replace(/^./, (letter) => letter.toUpperCase());
  return [begun, ...rest].join(' ');
}
/** Figures between 0 and 1 that are written per cent. */
export const isShare = (figure: string): boolean => /accuracy|share|auroc|auprc|f1|purity|nmi/.test(figure);
export const figureText = (figure: string, value: number): string =>
  isShare(figure) ? percent(value) : Number.isInteger(value) ? count(value) : metric(value);
export const figureUnit = (figure: string): string | undefined => units.find(([pattern]) => pattern.test(figure))?.[1];

/** `validation/mse` → `squared error on validation`, for sentences and narrow heads. */
export function metricPhrase(name: string): string {
  const { split, figure } = partsOf(name);
  const title = figureTitle(figure);
  const word = /^[A-Z]{2}/.test(title) ? title : title.replace(/^./, (letter) => letter.toLowerCase());
  return split ? `${word} on ${split}` : word;
}
