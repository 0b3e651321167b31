/** Where the words go: results to stdout, progress and errors to stderr. */
import type { Failure } from '#app/contract';

export interface Streams {
  out: { write(text: string): unknown };
  err: { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };
}

/** Exit codes: done, failed, wrong usage, cancelled. */
export const exits = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;

export const exitOf = ({ kind }: Failure): number =>
  kind === 'usage' ? exits.usage : kind === 'cancelled' ? exits.cancelled : exits.failed;

/** One line: who, what must hold, what came, what to do. */
export const errorLine = ({ message, advice }: Failure): string =>
  `pretext: ${[message, ...(advice ? [advice] : [])].map((part) => part.replace(/\s*\n\s*/g, ' ').replace(/[.\s]+$/, '')).join('; ')}\n`;

/** Rows under their headings, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [headings.map(String), ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const right = headings.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (right[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

/** Lines of `name   value`. */
export const list = (entries: readonly (readonly [string, string | number | undefined])[]): string => {
  const shown = entries.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
};

/** Four significant digits for eyes; `--json` and `--csv` carry them all. */
export const short = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)));

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
