/** Pure parts of the number field: reading what was typed, stepping, and the message for a value out of range. */

export interface Range {
  min?: number | undefined;
  max?: number | undefined;
  integer?: boolean | undefined;
}

/** What was typed as a number: thousands, a true minus and a decimal comma are understood. NaN where it is none. */
export function readNumber(text: string): number {
  const plain = text
    .trim()
    .replace(/[\s\u2009\u202f]/g, '')
    .replace(/\u2212/g, '-')
    .replace(/,(?=\d*$)/, '.');
  return plain === '' ? Number.NaN : Number(plain);
}

/** The value as it stands in the field: short, without losing digits. */
export function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  const text = value !== 0 && (size < 1e-3 || size >= 1e9) ? value.toExponential().replace('e+', 'e') : String(value);
  return text.replace('-', text.startsWith('-') ? '\u2212' : '-');
}

/** One message that says what must hold, or nothing. */
export function rangeError(name: string, value: number, { min, max, integer }: Range): string | undefined {
  if (Number.isNaN(value)) return `${name} must be a number`;
  if (integer && !Number.isInteger(value)) return `${name} must be a whole number`;
  if (min !== undefined && max !== undefined && (value < min || value > max))
    return `${name} must lie between ${writeNumber(min)} and ${writeNumber(max)}`;
  if (min !== undefined && value < min) return `${name} must be ${writeNumber(min)} or more`;
  if (max !== undefined && value > max) return `${name} must be ${writeNumber(max)} or less`;
  return undefined;
}

/** One step up or down, kept inside the range and free of binary dust (0.1 + 0.2 = 0.3). */
export function stepped(value: number, by: number, { min, max, integer }: Range): number {
  const raw = (Number.isFinite(value) ? value : (min ?? 0)) + by;
  const digits = Math.max(decimals(by), decimals(value));
  const next = integer ? Math.round(raw) : Number(raw.toFixed(Math.min(12, digits)));
  return Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, next));
}

function decimals(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const [mantissa = '', exponent = '0'] = value.toString().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}
