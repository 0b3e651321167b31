/** What the thumbnail grid needs to know of its items, and the geometry of its cells; pure but for the sprite. */

/** Where the pixels of one thumbnail lie: a rectangle of a canvas that holds many. */
export interface Sprite {
  image: CanvasImageSource;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Thumb {
  sprite?: Sprite | undefined;
  /** Drawn at the bottom left. */
  label?: string | undefined;
  /** A colour token for the tick at the bottom edge: its split. */
  tick?: string | undefined;
  /** It has a problem. */
  flag?: boolean | undefined;
  /** Said aloud when the item is reached: name, label, split. */
  text: string;
}
/** Items by position. `at` answers at once with what is here already; `want` asks for what is in sight. */
export interface ThumbSource {
  count: number;
  at(index: number): Thumb | undefined;
  want(first: number, last: number): void;
}

export interface GridShape {
  columns: number;
  /** Side of a cell and distance from one to the next, in pixels. */
  cell: number;
  pitch: number;
  rows: number;
  height: number;
}
/** As many columns of about `wish` pixels as fit into `width`, stretched to fill it. */
export function gridShape(count: number, width: number, wish: number, gap: number): GridShape {
  const columns = Math.max(1, Math.floor((width + gap) / (wish + gap)));
  const cell = Math.max(1, (width - gap * (columns - 1)) / columns);
  const rows = Math.ceil(count / columns);
  return { columns, cell, pitch: cell + gap, rows, height: Math.max(0, rows * (cell + gap) - gap) };
}

/** The item under a point of the grid's content, or undefined between two. */
export function itemAt({ columns, cell, pitch }: GridShape, count: number, x: number, y: number): number | undefined {
  const column = Math.floor(x / pitch);
  const row = Math.floor(y / pitch);
  if (x < 0 || y < 0 || column >= columns || x - column * pitch > cell || y - row * pitch > cell) return undefined;
  const index = row * columns + column;
  return index < count ? index : undefined;
}

/** Where a key leads from item `now`; undefined for every other key. page: rows in sight. */
export function moveIn(
  { columns }: GridShape,
  count: number,
  page: number,
  now: number,
  key: string,
): number | undefined {
  const moves: Record<string, number> = {
    ArrowRight: now + 1,
    ArrowLeft: now - 1,
    ArrowDown: now + columns,
    ArrowUp: now - columns,
    PageDown: now + columns * page,
    PageUp: now - columns * page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  if (to === undefined || count === 0) return undefined;
  return to < 0 || to >= count ? (key.startsWith('Page') ? Math.max(0, Math.min(count - 1, to)) : now) : to;
}
