/** Which items the table shows under each of its tabs, in which order and under which headings. */
import type { Anomalies } from '#app/records/anomaly';
import { above, type Counts, isJudged, kindOf, type RankedScores } from './ranked';

export type Tab = 'worst' | 'highest' | 'missed' | 'alarms' | 'near';
export type Result = 'found' | 'missed' | 'false alarm' | 'left alone' | 'flagged' | '';

export interface Row {
  /** From 1, by score. */
  rank: number;
  /** Place in the split. */
  place: number;
}
export interface Section {
  /** Undefined where the tab has one section only. */
  title: string | undefined;
  rows: Row[];
}

/** Rows of one kind under “worst of each kind”, and rows of one tab: nobody reads more, and each is a picture. */
const mostOfKind = 4;
const most = 100;

export function tabsOf(ranked: RankedScores, counts: Counts): { value: Tab; label: string }[] {
  const highest = { value: 'highest' as const, label: 'Highest score' };
  const near = { value: 'near' as const, label: 'Near the line' };
  if (!isJudged(ranked)) return [highest, near];
  return [
    { value: 'worst', label: 'Worst of each kind' },
    highest,
    { value: 'missed', label: `Missed ${counts.missed}` },
    { value: 'alarms', label: `False alarms ${counts.alarms}` },
    near,
  ];
}

export function resultOf(anomalies: Anomalies, place: number, threshold: number): Result {
  const flagged = anomalies.scores[place]! >= threshold;
  const kind = kindOf(anomalies, place);
  if (kind === 'unknown') return flagged ? 'flagged' : '';
  if (kind === 'anomaly') return flagged ? 'found' : 'missed';
  return flagged ? 'false alarm' : 'left alone';
}

export function sectionsOf(tab: Tab, ranked: RankedScores, anomalies: Anomalies, threshold: number): Section[] {
  const edge = above(ranked, threshold);
  const rowAt = (i: number): Row => ({ rank: i + 1, place: ranked.order[i]! });
  const { length } = ranked.order;
  /** The first rows of this result, going up or down the ranks. */
  const take = (result: Result, limit: number, upwards = false): Row[] => {
    const rows: Row[] = [];
    for (let k = 0; k < length && rows.length < limit; k++) {
      const row = rowAt(upwards ? length - 1 - k : k);
      if (resultOf(anomalies, row.place, threshold) === result) rows.push(row);
    }
    return rows;
  };
  switch (tab) {
    case 'highest':
      return [{ title: undefined, rows: Array.from({ length: Math.min(most, length) }, (_, i) => rowAt(i)) }];
    case 'missed':
      return [{ title: undefined, rows: take('missed', most, true) }];
    case 'alarms':
      return [{ title: undefined, rows: take('false alarm', most) }];
    case 'near': {
      const from = Math.max(0, edge - most / 2);
      const rows = Array.from({ length: Math.min(most, length - from) }, (_, i) => rowAt(from + i));
      return [
        { title: 'Just above the line', rows: rows.filter(({ rank }) => rank <= edge).slice(-12) },
        { title: 'Just below the line', rows: rows.filter(({ rank }) => rank > edge).slice(0, 12) },
      ];
    }
    default:
      return [
        { title: 'Highest scores', rows: take('found', mostOfKind) },
        { title: 'False alarms, highest first', rows: take('false alarm', mostOfKind) },
        { title: 'Missed, lowest first', rows: take('missed', mostOfKind, true) },
      ];
  }
}
