/** Where one code fires: in which items, at which places of the map, in which classes. */

export interface FiringQuestion {
  /** int32 [items, places] */
  codes: Int32Array;
  places: number;
  code: number;
  /** Only this place of the map, where it is given. */
  position: number | undefined;
  /** [items], −1 where there is none. */
  labels: Int32Array;
  classes: number;
}
export interface FiringAnswer {
  /** Items in which it fires, and how often in all of them. */
  items: number;
  places: number;
  /** How often at each place of the map, whichever place was asked for: [places]. */
  positions: Uint32Array;
  /** Share of the items of each class in which it fires: [classes]. */
  byClass: number[];
  /** The items in which it fires, most often first, then in order; `at` = place in the split. */
  chosen: { at: number; cells: number[] }[];
}

export function firingOf({ codes, places, code, position, labels, classes }: FiringQuestion): FiringAnswer {
  const positions = new Uint32Array(places);
  const chosen: { at: number; cells: number[] }[] = [];
  const [fired, all] = [new Float64Array(classes), new Float64Array(classes)];
  for (let at = 0; at < labels.length; at++) {
    const cells: number[] = [];
    for (let place = 0; place < places; place++) if (codes[at * places + place] === code) cells.push(place);
    for (const cell of cells) positions[cell]!++;
    const fires = position === undefined ? cells.length > 0 : cells.includes(position);
    const label = labels[at]!;
    if (label >= 0) {
      all[label]!++;
      if (fires) fired[label]!++;
    }
    if (fires) chosen.push({ at, cells });
  }
  chosen.sort((a, b) => b.cells.length - a.cells.length || a.at - b.at);
  return {
    items: chosen.length,
    places: position === undefined ? positions.reduce((sum, n) => sum + n, 0) : positions[position]!,
    positions,
    byClass: Array.from(fired, (n, label) => (all[label]! > 0 ? n / all[label]! : 0)),
    chosen,
  };
}
