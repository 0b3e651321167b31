/** Draws the cells of a thumbnail grid that are in sight. Canvas only: 60 000 items cost no more than 200. */
import type { GridShape, Thumb, ThumbSource } from './thumbs';

export interface ThumbLook {
  /** Scroll position and size of the window onto the grid, in pixels. */
  top: number;
  height: number;
  selected: number | undefined;
  focused: boolean;
  colour: (token: string) => string;
  font: string;
}

export function paintThumbs(
  context: CanvasRenderingContext2D,
  source: ThumbSource,
  shape: GridShape,
  look: ThumbLook,
): void {
  const { columns, cell, pitch } = shape;
  context.imageSmoothingEnabled = false;
  context.font = `11px ${look.font}`;
  context.textBaseline = 'alphabetic';
  const first = Math.max(0, Math.floor(look.top / pitch)) * columns;
  const last = Math.min(source.count, Math.ceil((look.top + look.height) / pitch) * columns);
  for (let index = first; index < last; index += 1) {
    const x = (index % columns) * pitch;
    const y = Math.floor(index / columns) * pitch - look.top;
    paintCell(context, source.at(index), x, y, cell, look);
  }
  if (look.selected !== undefined && look.selected >= first - columns && look.selected < last + columns)
    ring(
      context,
      (look.selected % columns) * pitch,
      Math.floor(look.selected / columns) * pitch - look.top,
      cell,
      look,
    );
}

function paintCell(
  context: CanvasRenderingContext2D,
  thumb: Thumb | undefined,
  x: number,
  y: number,
  cell: number,
  look: ThumbLook,
): void {
  if (!thumb?.sprite) {
    context.fillStyle = look.colour('bg-active');
    context.fillRect(x, y, cell, cell);
    return;
  }
  context.fillStyle = '#131313';
  context.fillRect(x, y, cell, cell);
  const { image, x: sx, y: sy, width, height } = thumb.sprite;
  const scale = cell / Math.max(width, height);
  context.drawImage(
    image,
    sx,
    sy,
    width,
    height,
    x + (cell - width * scale) / 2,
    y + (cell - height * scale) / 2,
    width * scale,
    height * scale,
  );
  if (thumb.label !== undefined && cell >= 34) tag(context, thumb.label, x, y, cell);
  if (thumb.tick) {
    context.fillStyle = look.colour(thumb.tick);
    context.fillRect(x, y + cell - 2, cell, 2);
  }
  if (thumb.flag) flag(context, x, y, cell, look);
}

function tag(context: CanvasRenderingContext2D, text: string, x: number, y: number, cell: number): void {
  const short = text.length > 8 ? `${text.slice(0, 7)}…` : text;
  const width = Math.min(cell - 4, context.measureText(short).width + 6);
  context.fillStyle = 'rgba(0, 0, 0, 0.66)';
  context.fillRect(x + 2, y + cell - 16, width, 13);
  context.fillStyle = '#fff';
  context.fillText(short, x + 5, y + cell - 5.5, width - 4);
}

function flag(context: CanvasRenderingContext2D, x: number, y: number, cell: number, look: ThumbLook): void {
  const left = x + cell - 16;
  context.fillStyle = look.colour('warn-bg');
  context.beginPath();
  context.roundRect(left, y + 2, 14, 14, 3);
  context.fill();
  context.strokeStyle = look.colour('warn');
  context.lineWidth = 1.3;
  context.beginPath();
  context.moveTo(left + 7, y + 5);
  context.lineTo(left + 7, y + 9.6);
  context.moveTo(left + 7, y + 11.6);
  context.lineTo(left + 7, y + 12.4);
  context.stroke();
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, cell: number, look: ThumbLook): void {
  context.lineWidth = 2;
  context.strokeStyle = look.colour('bg-panel');
  context.strokeRect(x + 1, y + 1, cell - 2, cell - 2);
  context.strokeStyle = look.colour('accent');
  context.lineWidth = look.focused ? 3 : 2;
  context.strokeRect(x - 1, y - 1, cell + 2, cell + 2);
}
