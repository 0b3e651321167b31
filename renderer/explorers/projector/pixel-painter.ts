/**
 * Draws every point of a cloud into an array of pixels, for machines without a graphics card: there a shader is played
 * by the processor, fragment by fragment, while a mark of a few pixels is a dozen additions. Same marks, same order.
 */
import type { Camera, Size } from './camera';
import { faded, hidden, type Looks, type Rgb, selected } from './looks';
import { places, type Stamp, stampOf } from './marks';
import type { Painter } from './painting';
import { shapes } from './shapes';

const opacity = { plain: 0.72, faded: 0.16, selected: 1 } as const;
/** Sizes between these steps, in pixels, share their stamps. */
const sizeStep = 0.25;
const selectedIs = 1.25; // times as wide

export function openPixelPainter(canvas: HTMLCanvasElement): Painter | undefined {
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  return context ? new PixelPainter(canvas, context) : undefined;
}

class PixelPainter implements Painter {
  readonly kind = 'pixels';
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #to: Float32Array = new Float32Array(0);
  #from: Float32Array = this.#to;
  #looks: Looks = new Uint8Array(0);
  /** Colours as red and blue, and green: the halves that one multiplication can blend. */
  readonly #redBlue = new Uint32Array(256);
  readonly #green = new Uint32Array(256);
  #paper = 0xffffffff;
  #image: ImageData | undefined;
  #stamps = new Stamps();

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  positions(next: Float32Array, before: Float32Array = this.#to): void {
    this.#from = before.length === next.length ? before : next;
    this.#to = next;
  }
  looks(next: Looks): void {
    this.#looks = next;
  }
  palette(colours: Uint8Array, [red, green, blue]: Rgb): void {
    for (let place = 0; place < 256; place++) {
      this.#redBlue[place] = colours[4 * place]! | (colours[4 * place + 2]! << 16);
      this.#green[place] = colours[4 * place + 1]! << 8;
    }
    this.#paper = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
  }

  draw(camera: Camera, { width, height }: Size, mark: number, morph: number): void {
    const ratio = globalThis.devicePixelRatio || 1;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
    if (this.#image?.width !== w || this.#image.height !== h) this.#image = new ImageData(w, h);
    // Every machine of Electron's keeps the bytes of R, G, B, A as one little-endian word.
    const sheet: Sheet = { pixels: new Uint32Array(this.#image.data.buffer), width: w, height: h };
    sheet.pixels.fill(this.#paper);
    const eye: Eye = {
      ...{ scale: camera.scale * ratio, morph },
      left: w / 2 - camera.x * camera.scale * ratio,
      top: h / 2 + camera.y * camera.scale * ratio,
    };
    this.#stamps.use(mark * ratio);
    this.#drawPoints(sheet, eye, false);
    this.#drawPoints(sheet, eye, true);
    this.#context.putImageData(this.#image, 0, 0);
  }

  #drawPoints(sheet: Sheet, { scale, left, top, morph }: Eye, chosen: boolean): void {
    const [from, to, looks, stamps] = [this.#from, this.#to, this.#looks, this.#stamps];
    const moves = morph < 1;
    for (let row = 0, count = Math.min(to.length / 2, looks.length / 4); row < count; row++) {
      const state = looks[4 * row + 2]!;
      if (state === hidden || (state === selected) !== chosen) continue;
      let [px, py] = [to[2 * row]!, to[2 * row + 1]!];
      if (moves) {
        px = from[2 * row]! + morph * (px - from[2 * row]!);
        py = from[2 * row + 1]! + morph * (py - from[2 * row + 1]!);
      }
      const [x, y] = [left + px * scale, top - py * scale];
      const [column, line] = [Math.floor(x), Math.floor(y)];
      const across = Math.floor(places * (x - column));
      const down = Math.floor(places * (y - line));
      const stamp = stamps.of(state, looks[4 * row + 1]!, across, down);
      const colour = looks[4 * row]!;
      press(sheet, stamp, column, line, this.#redBlue[colour]!, this.#green[colour]!);
    }
  }

  free(): void {
    this.#image = undefined;
    this.#stamps = new Stamps();
  }
}

interface Sheet {
  pixels: Uint32Array;
  width: number;
  height: number;
}
/** Pixels of a place: left + x · scale, top − y · scale. */
interface Eye {
  scale: number;
  left: number;
  top: number;
  morph: number;
}

const low = 0xff00ff; // red and blue
const middle = 0xff00; // green

/** One stamp over what is there. A product wraps around 32 bits where a colour gets darker; the mask takes it back. */
function press(sheet: Sheet, { dx, dy, hides, reach }: Stamp, x: number, y: number, redBlue: number, green: number) {
  const { pixels, width, height } = sheet;
  if (x + reach < 0 || y + reach < 0 || x - reach >= width || y - reach >= height) return;
  const inside = x >= reach && y >= reach && x + reach < width && y + reach < height;
  for (let i = 0; i < hides.length; i++) {
    const [column, line] = [x + dx[i]!, y + dy[i]!];
    if (!inside && (column < 0 || line < 0 || column >= width || line >= height)) continue;
    const at = line * width + column;
    const [under, hidden] = [pixels[at]!, hides[i]!];
    const rb = under & low;
    const g = under & middle;
    pixels[at] =
      0xff000000 |
      ((rb + (Math.imul(redBlue - rb, hidden) >>> 8)) & low) |
      ((g + (Math.imul(green - g, hidden) >> 8)) & middle);
  }
}

/** The stamps of one size, each made when it is first pressed. */
class Stamps {
  #size = Number.NaN;
  #made: (Stamp | undefined)[] = [];

  /** size: of a mark that is not selected, in pixels of the screen. */
  use(size: number): void {
    const rounded = Math.max(sizeStep, Math.round(size / sizeStep) * sizeStep);
    if (rounded === this.#size) return;
    this.#size = rounded;
    this.#made = new Array(4 * shapes.length * places * places).fill(undefined);
  }

  of(state: number, shape: number, across: number, down: number): Stamp {
    const at = ((state * shapes.length + shape) * places + down) * places + across;
    const known = this.#made[at];
    if (known) return known;
    const [size, seen] =
      state === selected
        ? [this.#size * selectedIs, opacity.selected]
        : [this.#size, state === faded ? opacity.faded : opacity.plain];
    const made = stampOf(shape, size, across, down, seen);
    this.#made[at] = made;
    return made;
  }
}
