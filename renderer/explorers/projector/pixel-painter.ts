/**
 * Draws every point of a cloud into an array of pixels, for machines without a graphics card: there a shader is played
 * by the processor, fragment by fragment, while a mark of a few pixels is a dozen additions. Same marks, same order.
 */
import type { Camera, Size } from './camera';
import { faded, hidden, type Looks, type Rgb, selected } from './looks';
import { places, stampOf } from './marks';
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
  readonly #redBlue = new Int32Array(256);
  readonly #green = new Int32Array(256);
  #paper = -1;
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
    this.#paper = opaque | (blue << 16) | (green << 8) | red;
  }

  draw(camera: Camera, { width, height }: Size, mark: number, morph: number): void {
    const ratio = globalThis.devicePixelRatio || 1;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
    if (this.#image?.width !== w || this.#image.height !== h) this.#image = new ImageData(w, h);
    // Every machine of Electron's keeps the bytes of R, G, B, A as one little-endian word.
    const pixels = new Int32Array(this.#image.data.buffer);
    pixels.fill(this.#paper);
    const eye: Eye = {
      ...{ scale: camera.scale * ratio, morph },
      left: w / 2 - camera.x * camera.scale * ratio,
      top: h / 2 + camera.y * camera.scale * ratio,
    };
    this.#stamps.use(mark * ratio, w);
    for (const chosen of [false, true]) this.#drawPoints(pixels, { width: w, height: h }, eye, chosen);
    this.#context.putImageData(this.#image, 0, 0);
  }

  // No arrays and no objects in here: for a hundred thousand points a frame they would be most of the work.
  #drawPoints(pixels: Int32Array, { width, height }: Size, { scale, left, top, morph }: Eye, chosen: boolean): void {
    const from = this.#from;
    const to = this.#to;
    const looks = this.#looks;
    const stamps = this.#stamps;
    const redBlues = this.#redBlue;
    const greens = this.#green;
    const moves = morph < 1;
    const count = Math.min(to.length / 2, looks.length / 4);
    for (let row = 0; row < count; row++) {
      const state = looks[4 * row + 2]!;
      if (state === hidden || (state === selected) !== chosen) continue;
      let px = to[2 * row]!;
      let py = to[2 * row + 1]!;
      if (moves) {
        px = from[2 * row]! + morph * (px - from[2 * row]!);
        py = from[2 * row + 1]! + morph * (py - from[2 * row + 1]!);
      }
      const x = left + px * scale;
      const y = top - py * scale;
      const column = Math.floor(x);
      const line = Math.floor(y);
      const stamp = stamps.of(state, looks[4 * row + 1]!, (places * (x - column)) | 0, (places * (y - line)) | 0);
      const colour = looks[4 * row]!;
      const redBlue = redBlues[colour]!;
      const green = greens[colour]!;
      const reach = stamps.reach;
      if (column >= reach && line >= reach && column + reach < width && line + reach < height)
        stamps.press(pixels, stamp, line * width + column, redBlue, green);
      else if (column + reach >= 0 && line + reach >= 0 && column - reach < width && line - reach < height)
        stamps.pressInside(pixels, width, height, stamp, column, line, redBlue, green);
    }
  }

  free(): void {
    this.#image = undefined;
    this.#stamps = new Stamps();
  }
}

/** Pixels of a place: left + x · scale, top − y · scale. */
interface Eye {
  scale: number;
  left: number;
  top: number;
  morph: number;
}

const opaque = 0xff000000 | 0;
const low = 0xff00ff; // red and blue
const middle = 0xff00; // green

/** `hidden` of 256 of what is there by a colour. A product wraps where a colour gets darker; the mask takes it back. */
function blended(under: number, redBlue: number, green: number, hidden: number): number {
  const rb = under & low;
  const g = under & middle;
  return (
    opaque |
    ((rb + (Math.imul(redBlue - rb, hidden) >>> 8)) & low) |
    ((g + (Math.imul(green - g, hidden) >> 8)) & middle)
  );
}

const shapesPlaces = shapes.length * places * places;

/** The stamps of one size, each made when it is first pressed, all of them in the same three lists. */
class Stamps {
  /** How far the widest of them reaches from the pixel that its middle lies in. */
  reach = 0;
  #size = Number.NaN;
  #width = 0;
  /** Of the nth stamp: where its pixels begin in the lists, −1 before it is made, and where they end. */
  readonly #starts = new Int32Array(4 * shapesPlaces);
  readonly #ends = new Int32Array(4 * shapesPlaces);
  #used = 0;
  /** Of each pixel of a stamp: steps from the middle's pixel in the sheet and along each axis, and what it hides of 256. */
  #steps = new Int32Array(0);
  #across = new Int16Array(0);
  #down = new Int16Array(0);
  #hides = new Int32Array(0);

  /** size: of a mark that is not selected, in pixels of the screen; width: of the sheet. */
  use(size: number, width: number): void {
    const rounded = Math.max(sizeStep, Math.round(size / sizeStep) * sizeStep);
    if (rounded === this.#size && width === this.#width) return;
    this.#size = rounded;
    this.#width = width;
    this.reach = Math.ceil((rounded * selectedIs) / 2);
    this.#starts.fill(-1);
    this.#used = 0;
  }

  of(state: number, shape: number, across: number, down: number): number {
    const stamp = state * shapesPlaces + (shape * places + down) * places + across;
    if (this.#starts[stamp]! < 0) this.#make(stamp, state, shape, across, down);
    return stamp;
  }

  #make(stamp: number, state: number, shape: number, across: number, down: number): void {
    const [size, seen] =
      state === selected
        ? [this.#size * selectedIs, opacity.selected]
        : [this.#size, state === faded ? opacity.faded : opacity.plain];
    const { dx, dy, hides } = stampOf(shape, size, across, down, seen);
    this.#grow(this.#used + hides.length);
    this.#starts[stamp] = this.#used;
    for (let i = 0; i < hides.length; i++, this.#used++) {
      this.#steps[this.#used] = dy[i]! * this.#width + dx[i]!;
      this.#across[this.#used] = dx[i]!;
      this.#down[this.#used] = dy[i]!;
      this.#hides[this.#used] = hides[i]!;
    }
    this.#ends[stamp] = this.#used;
  }

  #grow(room: number): void {
    if (room <= this.#steps.length) return;
    const next = 2 * room;
    const moved = <T extends Int16Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#steps = moved(this.#steps, new Int32Array(next));
    this.#across = moved(this.#across, new Int16Array(next));
    this.#down = moved(this.#down, new Int16Array(next));
    this.#hides = moved(this.#hides, new Int32Array(next));
  }

  /** A stamp all of which is in sight. */
  press(pixels: Int32Array, stamp: number, at: number, redBlue: number, green: number): void {
    const steps = this.#steps;
    const hides = this.#hides;
    const end = this.#ends[stamp]!;
    for (let i = this.#starts[stamp]!; i < end; i++) {
      const place = at + steps[i]!;
      pixels[place] = blended(pixels[place]!, redBlue, green, hides[i]!);
    }
  }

  /** What is in sight of a stamp at the edge. */
  pressInside(
    pixels: Int32Array,
    width: number,
    height: number,
    stamp: number,
    x: number,
    y: number,
    redBlue: number,
    green: number,
  ): void {
    for (let i = this.#starts[stamp]!; i < this.#ends[stamp]!; i++) {
      const column = x + this.#across[i]!;
      const line = y + this.#down[i]!;
      if (column < 0 || line < 0 || column >= width || line >= height) continue;
      const place = line * width + column;
      pixels[place] = blended(pixels[place]!, redBlue, green, this.#hides[i]!);
    }
  }
}
