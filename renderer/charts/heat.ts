/** Counts on a grid: how strong a cell is, and where the arrow keys lead. */

/** 0 for nothing, then by the square root, so that a few large counts do not hide the rest. */
export const share = (value: number, most: number): number =>
  value <= 0 || most <= 0 ? 0 : Math.sqrt(Math.min(1, value / most));

/** The cell an arrow key leads to, within the grid; undefined for another key. */
export function nextCell(key: string, cell: number, rows: number, columns: number): number | undefined {
  const row = Math.floor(cell / columns);
  const column = cell % columns;
  const at = (r: number, c: number) =>
    Math.max(0, Math.min(rows - 1, r)) * columns + Math.max(0, Math.min(columns - 1, c));
  const moves: Record<string, number> = {
    ArrowLeft: at(row, column - 1),
    ArrowRight: at(row, column + 1),
    ArrowUp: at(row - 1, column),
    ArrowDown: at(row + 1, column),
    Home: at(row, 0),
    End: at(row, columns - 1),
  };
  return moves[key];
}
