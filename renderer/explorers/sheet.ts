/** A sheet of pictures as one file: what the explorers save of what they show. */
import { atlas, type Pixels } from '../widgets/canvas';

export interface Sheet {
  pictures: Pixels & { count: number };
  columns: number;
  title: string;
  /** Beside each row, and above each column. */
  rowLabels?: readonly string[];
  columnLabels?: readonly string[];
  /** Below each picture. */
  captions?: readonly string[];
}

const gap = 3;
const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** Side of a picture on the sheet: its own pixels times a whole number, at least 36. */
export const cellOf = ({ width }: Pick<Pixels, 'width'>): number => width * Math.max(1, Math.ceil(36 / width));

/** Where picture `index` stands, in pixels of the sheet. */
export function placeOf(
  sheet: Pick<Sheet, 'pictures' | 'columns' | 'rowLabels' | 'columnLabels' | 'captions'>,
  index: number,
) {
  const [width, height] = [
    cellOf(sheet.pictures),
    (cellOf(sheet.pictures) * sheet.pictures.height) / sheet.pictures.width,
  ];
  const [left, top] = [sheet.rowLabels ? 110 : 8, sheet.columnLabels ? 26 : 8];
  const row = Math.floor(index / sheet.columns);
  return {
    x: left + (index % sheet.columns) * (width + gap),
    y: top + row * (height + gap + (sheet.captions ? 16 : 0)),
    width,
    height,
  };
}

/** The sheet as an SVG file: pictures as they are, pixel by pixel, words as text. */
export function sheetSvg(sheet: Sheet): string {
  const { pictures, columns, title, rowLabels, columnLabels, captions } = sheet;
  const last = placeOf(sheet, Math.max(0, pictures.count - 1));
  const right = placeOf(sheet, Math.min(columns, Math.max(1, pictures.count)) - 1);
  const [width, height] = [right.x + right.width + 8, last.y + last.height + (captions ? 16 : 0) + 8];
  const source = atlas(pictures, columns);
  const image = source.toDataURL('image/png');
  const parts: string[] = [];
  const text = (x: number, y: number, anchor: string, words: string) =>
    parts.push(`<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`);
  for (let index = 0; index < pictures.count; index++) {
    const { x, y, width: wide, height: high } = placeOf(sheet, index);
    const view = `${(index % columns) * pictures.width} ${Math.floor(index / columns) * pictures.height} ${pictures.width} ${pictures.height}`;
    parts.push(`<svg x="${x}" y="${y}" width="${wide}" height="${high}" viewBox="${view}"><use href="#sheet"/></svg>`);
    if (captions?.[index] !== undefined) text(x + wide / 2, y + high + 12, 'middle', captions[index]!);
    if (index % columns === 0 && rowLabels) text(x - 8, y + high / 2 + 4, 'end', rowLabels[index / columns] ?? '');
    if (index < columns && columnLabels) text(x + wide / 2, y - 8, 'middle', columnLabels[index] ?? '');
  }
  const define = `<defs><image id="sheet" href="${image}" width="${source.width}" height="${source.height}" style="image-rendering:pixelated"/></defs>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escaped(title)}</title><style>text{font:11px Inter,system-ui,sans-serif;fill:#333}</style><rect width="100%" height="100%" fill="#fff"/>${define}${parts.join('')}</svg>`;
}
