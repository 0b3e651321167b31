/** One line of a chart, and what of it is drawn in a given interval. */
import { count, metric, percent } from '../widgets/format';
import type { Interval } from './axis';
import { decimate } from './decimate';
import type { Points } from './series';
import { smooth } from './smooth';

export interface ChartLine {
  id: string;
  label: string;
  /** Colour slot 1–10; 0 is grey, for what stands back. */
  colour: number;
  points: Points;
  /** `noisy`: drawn faint, its smoothed course on top. `dots`: every point marked. `plain`: the line alone. */
  kind: 'noisy' | 'dots' | 'plain';
  /** A count of things: its figure is the newest value as it is, never an average. */
  whole?: boolean;
  /** A part of a whole: its figure is in per cent. */
  share?: boolean;
  /** What the others are held against: drawn, without a figure of its own at the head. */
  guide?: boolean;
}

export interface DrawnLine {
  line: ChartLine;
  /** The whole curve as it is read off: smoothed where the line is noisy. */
  read: Points;
  /** What is drawn of it, thinned to the pixels. */
  course: Points;
  /** The faint raw values behind a noisy line. */
  raw: Points | undefined;
}

/** From this many points on, lines are painted on a canvas instead of as SVG paths. */
export const CANVAS_FROM = 2000;

export function drawLine(line: ChartLine, [from, to]: Interval, columns: number, smoothing: number): DrawnLine {
  const noisy = line.kind === 'noisy' && smoothing > 0;
  const read = noisy ? smooth(line.points, smoothing) : line.points;
  return {
    line,
    read,
    course: decimate(read, from, to, columns),
    raw: noisy ? decimate(line.points, from, to, columns) : undefined,
  };
}

/** The curve that figures are read from. */
export const figuresOf = ({ line, read }: DrawnLine): Points => (line.whole ? line.points : read);
/** A value of a line in words: a count has no digits behind the point, a share is in per cent. */
export const valueText = ({ whole, share }: Pick<ChartLine, 'whole' | 'share'>, value: number | undefined): string =>
  whole ? count(value) : share && value !== undefined ? percent(value, 1) : metric(value);

export const strokeOf = (colour: number): string => (colour === 0 ? 'var(--fg-3)' : `var(--c${colour})`);
export const textOf = (colour: number): string => (colour === 0 ? 'var(--fg-3)' : `var(--c${colour}t)`);
