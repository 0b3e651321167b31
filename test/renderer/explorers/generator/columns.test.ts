import { describe, expect, it } from 'vitest';
import { columnsFor } from '#renderer/explorers/generator/columns';

const sheet = { width: 900, room: 600, count: 64, ratio: 1 };
const heightOf = (columns: number, { width, count, ratio }: typeof sheet) =>
  Math.ceil(count / columns) * ((width / columns) * ratio + 5);

describe('samples in a row', () => {
  it('are as few as let all be seen', () => {
    const columns = columnsFor(sheet);
    expect(heightOf(columns, sheet)).toBeLessThanOrEqual(610);
    expect(heightOf(columns - 2, sheet)).toBeGreaterThan(600);
  });
  it('are fewer where there is more room, and more where pictures are tall', () => {
    expect(columnsFor({ ...sheet, room: 1200 })).toBeLessThan(columnsFor(sheet));
    expect(columnsFor({ ...sheet, ratio: 2 })).toBeGreaterThan(columnsFor(sheet));
  });
  it('never get too small to be seen: the sheet scrolls instead', () => {
    const narrow = { ...sheet, width: 300, room: 100 };
    expect(narrow.width / columnsFor(narrow)).toBeGreaterThan(38);
    expect(columnsFor({ ...sheet, width: 0 })).toBeGreaterThan(0);
  });
});
