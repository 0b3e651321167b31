/** How the app writes numbers, sizes and times: thin-space thousands, a true minus, three significant digits. */

const thin = '\u202f'; // between thousands: narrow, and never broken
const gap = '\u00a0'; // between a number and its unit
const minus = '\u2212';
const missing = '–';

const signed = (value: number, text: string): string => (value < 0 ? minus + text : text);
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, thin);

/** 12000 → 12 000 */
export function count(value: number | undefined): string {
  if (value === undefined) return missing;
  if (Number.isNaN(value)) return 'not a number';
  return signed(value, grouped(Math.abs(Math.round(value)).toString()));
}

/** 12000 → 12k, 618000 → 618k, 1240000 → 1.24M: for axes and the sidebar. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const unit = (
    [
      [1e9, 'G'],
      [1e6, 'M'],
      [1e3, 'k'],
    ] as const
  ).find(([scale]) => size >= scale);
  if (!unit) return signed(value, trimmed(size, 3));
  return signed(value, trimmed(size / unit[0], size / unit[0] >= 100 ? 3 : 2) + unit[1]);
}

const trimmed = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** A metric with three significant digits: 0.00365, 19.6, 14 820. Below 1e-4 as 4.1e-5. */
export function metric(value: number | undefined, digits = 3): string {
  if (value === undefined) return missing;
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4) return signed(value, scientific(size, digits));
  if (size >= 10 ** digits) return count(value);
  return signed(value, size.toPrecision(digits));
}

/** 0.002 → 2e-3: for learning rates. */
export const rate = (value: number): string => (value === 0 ? '0' : signed(value, scientific(Math.abs(value), 3)));

function scientific(size: number, digits: number): string {
  const [mantissa = '', exponent = ''] = size.toExponential(digits - 1).split('e');
  return `${Number(mantissa)}e${exponent.replace('+', '')}`;
}

/** 0.938 → 93.8 % */
export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return missing;
  return `${signed(share, (Math.abs(share) * 100).toFixed(digits))}${gap}%`;
}

/** 618240 → 0.62 M parameters; 27776 → 27.8 k. */
export function parameters(value: number): string {
  if (value >= 1e8) return `${(value / 1e6).toFixed(0)}${gap}M`;
  if (value >= 1e5) return `${(value / 1e6).toFixed(2)}${gap}M`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)}${gap}k`;
  return count(value);
}

/** Bytes in decimal units: 2.4 MB. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = size >= 99.5 || unit === 0 ? 0 : size >= 9.95 ? 1 : 2;
  return `${Number(size.toFixed(digits))}${gap}${units[unit]}`;
}

/** A part of a whole where there is little room, both in the unit of the whole: 2.3 / 25 GB. */
export function gigabytes(part: number, whole: number): string {
  const short = (value: number) =>
    value >= 9.95e9 ? (value / 1e9).toFixed(0) : String(Number((value / 1e9).toFixed(1)));
  return `${short(part)} / ${short(whole)}${gap}GB`;
}

/** Seconds: 4.2 s · 2 min 52 s · 1 h 4 min · 3 d 2 h. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return missing;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${gap}ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${gap}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${gap}s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return pair(Math.floor(whole / 86400), 'd', Math.floor((whole % 86400) / 3600), 'h');
}

const pair = (a: number, aUnit: string, b: number, bUnit: string): string =>
  b === 0 ? `${a}${gap}${aUnit}` : `${a}${gap}${aUnit} ${b}${gap}${bUnit}`;

/** A rough time for a row or a promise: 4 min, 38 s, 2 h. */
export function roughly(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return missing;
  if (seconds < 1) return `under 1${gap}s`;
  if (seconds < 60) return `${Math.round(seconds)}${gap}s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}${gap}min`;
  if (seconds < 129600) return `${trimmed(seconds / 3600, 2)}${gap}h`;
  return `${Math.round(seconds / 86400)}${gap}d`;
}

/** 4:38 or 1:04:38, for narrow columns. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The time of day, local: 14:03. */
export const timeOfDay = (time: number): string =>
  new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** today 14:03 · yesterday · 14 Nov · 14 Nov 2024. now: milliseconds. */
export function when(time: number, now: number): string {
  const then = new Date(time);
  const today = new Date(now);
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return timeOfDay(time);
  if (days === 1) return 'yesterday';
  const year = then.getFullYear() === today.getFullYear() ? undefined : ('numeric' as const);
  return then.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(year && { year }) });
}

/** 1 item, 2 items. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.abs(value) === 1 ? one : many}`;

/** A path short enough to read: its home as ~ cannot be known here, so only the middle goes. */
export function shortPath(path: string, most = 40): string {
  if (path.length <= most) return path;
  const parts = path.split(/[/\\]/);
  const separator = path.includes('\\') ? '\\' : '/';
  let end = parts.length - 1;
  let tail = parts[end] ?? '';
  while (end > 1 && tail.length + (parts[end - 1]?.length ?? 0) + 3 < most) {
    end -= 1;
    tail = `${parts[end]}${separator}${tail}`;
  }
  return `…${separator}${tail}`;
}
