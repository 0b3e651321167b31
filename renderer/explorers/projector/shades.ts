/** What the points are coloured by, as places on a palette: categories with counts, or amounts along a ramp. */

export interface Categories {
  kind: 'categories';
  title: string;
  names: string[];
  counts: number[];
  /** Category of each point, −1 where there is none: int32 [n]. */
  places: Int32Array;
}
export interface Amounts {
  kind: 'amounts';
  title: string;
  /** float32 [n], NaN where there is none. */
  values: Float32Array;
  /** Ends of the ramp: the 1st and 99th hundredth, so that one far value does not make all others one colour. */
  low: number;
  high: number;
  missing: number;
}
export type Shades = Categories | Amounts;

export function categories(title: string, names: readonly string[], places: ArrayLike<number>): Categories {
  const counts = new Array<number>(names.length).fill(0);
  const kept = new Int32Array(places.length);
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!;
    const known = place >= 0 && place < names.length;
    kept[row] = known ? place : -1;
    if (known) counts[place]!++;
  }
  return { kind: 'categories', title, names: [...names], counts, places: kept };
}

export function amounts(title: string, values: Float32Array): Amounts {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const [low, high] = [at(0.01), at(0.99)];
  return {
    kind: 'amounts',
    title,
    values,
    low,
    high: high > low ? high : low + 1e-12,
    missing: values.length - sorted.length,
  };
}

/** 0 … 1 along the ramp; undefined where there is no value. */
export function shareOf({ values, low, high }: Amounts, row: number): number | undefined {
  const value = values[row]!;
  return Number.isNaN(value) ? undefined : Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** A factor with few values is told apart, one with many is an order. */
export const mostCategories = 12;

const bins = 12;
export interface Spread {
  /** Share of the selection and of all points in each bin of the ramp: [12]. */
  selected: number[];
  all: number[];
}
export function spreadOf(shades: Amounts, rows: ArrayLike<number>): Spread {
  const selected = new Array<number>(bins).fill(0);
  const all = new Array<number>(bins).fill(0);
  const into = (counts: number[], row: number) => {
    const share = shareOf(shades, row);
    if (share !== undefined) counts[Math.min(bins - 1, Math.floor(share * bins))]!++;
  };
  for (let at = 0; at < rows.length; at++) into(selected, rows[at]!);
  for (let row = 0; row < shades.values.length; row++) into(all, row);
  const shares = (counts: number[]) => {
    const total = counts.reduce((sum, n) => sum + n, 0) || 1;
    return counts.map((n) => n / total);
  };
  return { selected: shares(selected), all: shares(all) };
}

export interface Bar {
  place: number;
  name: string;
  /** Shares of the selection and of all points. */
  selected: number;
  all: number;
}
/** The categories of a selection, the most frequent first. */
export function barsOf(shades: Categories, rows: ArrayLike<number>, most = 6): Bar[] {
  const counts = new Array<number>(shades.names.length).fill(0);
  for (let at = 0; at < rows.length; at++) {
    const place = shades.places[rows[at]!]!;
    if (place >= 0) counts[place]!++;
  }
  const total = shades.places.length || 1;
  return counts
    .map((n, place) => ({
      place,
      name: shades.names[place]!,
      selected: n / Math.max(1, rows.length),
      all: shades.counts[place]! / total,
    }))
    .filter(({ selected }) => selected > 0)
    .sort((a, b) => b.selected - a.selected || a.place - b.place)
    .slice(0, most);
}
