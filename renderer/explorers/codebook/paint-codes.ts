/** Draws the codes of a codebook: the grid that is in sight, or the plane. Pixels stay squares. */
import type { Codebook } from '#app/records/codebook';
import { atlas } from '../../widgets/canvas';
import { type CodeGridShape, usageShare } from './grid';

export interface CodeLook {
  selected: number;
  focused: boolean;
  colour: (token: string) => string;
}

/** All patches on one canvas, and how to copy one from it. */
export class PatchSheet {
  readonly #image: HTMLCanvasElement;
  readonly #columns = 32;
  readonly #width: number;
  readonly #height: number;

  constructor({ patches }: Pick<Codebook, 'patches'>) {
    this.#width = patches.width;
    this.#height = patches.height;
    this.#image = atlas(patches, this.#columns);
  }
  draw(context: CanvasRenderingContext2D, code: number, x: number, y: number, size: number): void {
    context.imageSmoothingEnabled = false;
    context.drawImage(
      this.#image,
      (code % this.#columns) * this.#width,
      Math.floor(code / this.#columns) * this.#height,
      this.#width,
      this.#height,
      x,
      y,
      size,
      size,
    );
  }
}

/** A code that nothing chooses: a dashed box with ×. */
function drawDead(context: CanvasRenderingContext2D, x: number, y: number, cell: number, look: CodeLook): void {
  context.strokeStyle = look.colour('line-3');
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  context.setLineDash([]);
  const [middle, arm] = [cell / 2, Math.min(3.5, cell / 6)];
  context.beginPath();
  context.moveTo(x + middle - arm, y + middle - arm);
  context.lineTo(x + middle + arm, y + middle + arm);
  context.moveTo(x + middle + arm, y + middle - arm);
  context.lineTo(x + middle - arm, y + middle + arm);
  context.stroke();
}

function drawRing(context: CanvasRenderingContext2D, x: number, y: number, cell: number, look: CodeLook): void {
  context.lineWidth = 2;
  context.strokeStyle = look.colour('bg-panel');
  context.strokeRect(x - 1, y - 1, cell + 2, cell + 2);
  context.strokeStyle = look.colour('accent');
  context.lineWidth = look.focused ? 2.5 : 2;
  context.beginPath();
  context.roundRect(x - 3, y - 3, cell + 6, cell + 6, 3);
  context.stroke();
}

/** The rows of the grid between `top` and `top + height`; order: [K] codes by place. */
export function paintGrid(
  context: CanvasRenderingContext2D,
  book: Codebook,
  sheet: PatchSheet,
  order: Int32Array,
  shape: CodeGridShape,
  sight: { top: number; height: number; left: number },
  look: CodeLook,
): void {
  const most = book.counts.reduce((a, b) => Math.max(a, b), 0);
  const first = Math.max(0, Math.floor(sight.top / shape.pitchY)) * shape.columns;
  const last = Math.min(book.size, (Math.ceil((sight.top + sight.height) / shape.pitchY) + 1) * shape.columns);
  let ring: [number, number] | undefined;
  for (let place = first; place < last; place++) {
    const code = order[place]!;
    const x = sight.left + (place % shape.columns) * shape.pitchX;
    const y = Math.floor(place / shape.columns) * shape.pitchY - sight.top;
    const count = book.counts[code]!;
    if (count === 0) drawDead(context, x, y, shape.cell, look);
    else {
      sheet.draw(context, code, x, y, shape.cell);
      context.fillStyle = look.colour('h0');
      context.fillRect(x, y + shape.cell + 2, shape.cell, 3);
      context.fillStyle = look.colour(code === look.selected ? 'fg-1' : 'h4');
      context.fillRect(x, y + shape.cell + 2, shape.cell * usageShare(count, most), 3);
    }
    if (code === look.selected) ring = [x, y];
  }
  if (ring) drawRing(context, ring[0], ring[1], shape.cell, look);
}

/** Every code at its place on the plane; dead ones only as an outline. */
export function paintPlane(
  context: CanvasRenderingContext2D,
  book: Codebook,
  sheet: PatchSheet,
  corners: Float32Array,
  cell: number,
  left: number,
  look: CodeLook,
): void {
  for (let code = 0; code < book.size; code++) {
    const [x, y] = [left + corners[code * 2]!, corners[code * 2 + 1]!];
    if (book.counts[code] === 0) drawDead(context, x, y, cell, look);
    else {
      context.fillStyle = look.colour('bg-panel');
      context.fillRect(x - 1, y - 1, cell + 2, cell + 2);
      sheet.draw(context, code, x, y, cell);
    }
  }
  drawRing(context, left + corners[look.selected * 2]!, corners[look.selected * 2 + 1]!, cell, look);
}
