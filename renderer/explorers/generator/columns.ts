/** How many samples stand in a row: as few as let the whole sheet be seen, so that each is as large as it can be. */

const choices = [4, 6, 8, 10, 12, 16, 20, 24];
/** Smaller than this, in pixels, a sample says little: the sheet then scrolls. */
const smallest = 38;
const gap = 5;

/** width, room: of the sheet's inside, pixels; ratio: height of a picture over its width. */
export function columnsFor(size: { width: number; room: number; count: number; ratio: number }): number {
  const fitting = choices.filter((columns) => cellOf(size.width, columns) >= smallest);
  const whole = fitting.find((columns) => {
    const rows = Math.ceil(size.count / columns);
    return rows * (cellOf(size.width, columns) * size.ratio + gap) - gap <= size.room;
  });
  return whole ?? fitting.at(-1) ?? choices[0]!;
}

const cellOf = (width: number, columns: number): number => (width - gap * (columns - 1)) / columns;
