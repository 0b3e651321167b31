/** How a report writes numbers, times and paths. */

const THIN = '\u2009';
const MINUS = '−';

/** A whole number with thin-space thousands: 14 820. */
export const whole = (value: number): string =>
  (value < 0 ? MINUS : '') + String(Math.round(Math.abs(value))).replace(/\B(?=(\d{3})+$)/g, THIN);

/** A measured value: three significant digits, a true minus, and words for what is not a number. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size === 0) return '0';
  const sign = value < 0 ? MINUS : '';
  if (size < 1e-4) return sign + exponent(size);
  if (size >= 1000) return whole(value);
  return sign + (Number.isInteger(size) ? String(size) : size >= 100 ? size.toFixed(1) : size.toPrecision(3));
}

/** A setting as it was typed: nothing rounded away; rates below a thousandth as 2e-4. */
export function setting(value: number | boolean | string | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return whole(value);
  const size = Math.abs(value);
  return (value < 0 ? MINUS : '') + (size < 1e-3 ? exponent(size) : String(size));
}

const exponent = (size: number) => {
  const [digits, power] = size.toExponential().split('e');
  return `${Number(Number(digits).toPrecision(3))}e${Number(power)}`;
};

/** 2 min 52 s, 1 h 4 min, 0.8 s. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2.4 MB, in powers of 1000. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

/** 2026-11-24 14:05, UTC: a report reads the same wherever it is opened. */
export const moment = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `codebook_perplexity` → `codebook perplexity`, `mse_median` → `MSE median`; the split before the slash is left out. */
export const metricTitle = (name: string): string =>
  name
    .slice(name.indexOf('/') + 1)
    .replaceAll('_', ' ')
    .replace(/^(mse|kl|psnr|ssim|nmi|auroc)\b/, (word) => word.toUpperCase())
    .replace(/ db$/, ', dB');
export const capital = (words: string): string => words.replace(/^./, (letter) => letter.toUpperCase());

const homes = [/(?:\/home|\/Users)\/[^/\s'"<>:]+/g, /\b[A-Za-z]:\\Users\\[^\\/:*?"<>|\r\n]+/g, /\/root(?=\/)/g];

/** The reader learns nothing of whose machine it was: home directories become ~. */
export const shortenPaths = (text: string): string => homes.reduce((left, home) => left.replace(home, '~'), text);
