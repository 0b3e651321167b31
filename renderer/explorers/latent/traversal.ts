/** Where each picture of the traversal grid stands: rows of stops, unused dimensions a little apart below. */

export interface GridShape {
  cell: number;
  cellHeight: number;
  pitchX: number;
  pitchY: number;
  height: number;
  /** Upper edge of a row. */
  top(row: number): number;
}

const gapX = 3;
const gapY = 5;
const apart = 10;
/** Largest picture: rows of two stops would otherwise fill the pane. */
const mostCell = 56;

export function gridShape(want: {
  width: number;
  stops: number;
  rows: number;
  used: number;
  ratio: number;
}): GridShape {
  const { width, stops, rows, used, ratio } = want;
  const cell = Math.max(8, Math.min(mostCell, Math.floor((width - gapX * (stops - 1)) / stops)));
  const cellHeight = Math.round(cell * ratio);
  const pitchY = cellHeight + gapY;
  const top = (row: number) => row * pitchY + 3 + (row >= used && used > 0 ? apart : 0);
  return { cell, cellHeight, pitchX: cell + gapX, pitchY, height: rows > 0 ? top(rows - 1) + cellHeight + 3 : 0, top };
}

/** The cell under a point; undefined between cells. */
export function cellUnder(
  shape: GridShape,
  x: number,
  y: number,
  rows: number,
  stops: number,
): { row: number; stop: number } | undefined {
  const stop = Math.floor(x / shape.pitchX);
  if (x < 0 || stop >= stops || x - stop * shape.pitchX > shape.cell) return undefined;
  for (let row = 0; row < rows; row++) {
    const top = shape.top(row);
    if (y >= top && y <= top + shape.cellHeight) return { row, stop };
  }
  return undefined;
}
