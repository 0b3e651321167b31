/** What every canvas of the app needs: sharp pixels, the theme's colours, pictures of bytes as images. */

/** Pictures as they cross from the job host: uint8, laid out [count, height, width, channels]. */
export interface Pixels {
  height: number;
  width: number;
  channels: 1 | 3;
  pixels: Uint8Array;
}

/** One picture as RGBA for `putImageData`. Never recoloured: grey stays grey. */
export function toRgba(
  { height, width, channels, pixels }: Pixels,
  index = 0,
  into = new Uint8ClampedArray(height * width * 4),
): Uint8ClampedArray<ArrayBuffer> {
  const size = height * width;
  let from = index * size * channels;
  for (let pixel = 0; pixel < size; pixel += 1) {
    const at = pixel * 4;
    into[at] = pixels[from] ?? 0;
    into[at + 1] = channels === 1 ? (pixels[from] ?? 0) : (pixels[from + 1] ?? 0);
    into[at + 2] = channels === 1 ? (pixels[from] ?? 0) : (pixels[from + 2] ?? 0);
    into[at + 3] = 255;
    from += channels;
  }
  return into as Uint8ClampedArray<ArrayBuffer>;
}

/** Draws one picture into a canvas of its own size. */
export function paintPicture(canvas: HTMLCanvasElement, pictures: Pixels, index = 0): void {
  const { width, height } = pictures;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(toRgba(pictures, index), width, height), 0, 0);
}

/** One pixel as the 32 bits that a little-endian machine keeps as R, G, B, A; every machine of Electron's is one. */
function word(pixels: Uint8Array, from: number, channels: 1 | 3): number {
  const red = pixels[from] ?? 0;
  if (channels === 1) return (0xff000000 | (red * 0x010101)) >>> 0;
  return (0xff000000 | ((pixels[from + 2] ?? 0) << 16) | ((pixels[from + 1] ?? 0) << 8) | red) >>> 0;
}

/** Many pictures side by side in one canvas, `columns` to a row: from it a picture is copied without touching bytes. */
export function atlas(pictures: Pixels & { count: number }, columns: number): HTMLCanvasElement {
  const { count, width, height } = pictures;
  const canvas = document.createElement('canvas');
  canvas.width = width * Math.min(columns, Math.max(1, count));
  canvas.height = height * Math.max(1, Math.ceil(count / columns));
  // one image for all, four bytes at a time: a page of 200 costs about a millisecond
  const image = new ImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  let from = 0;
  for (let index = 0; index < count; index += 1) {
    const corner = Math.floor(index / columns) * height * canvas.width + (index % columns) * width;
    for (let row = 0; row < height; row += 1)
      for (let at = corner + row * canvas.width, end = at + width; at < end; at += 1) {
        words[at] = word(pictures.pixels, from, pictures.channels);
        from += pictures.channels;
      }
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

/** Sizes a canvas in CSS pixels at the screen's own resolution and gives its context, scaled so. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = globalThis.devicePixelRatio || 1;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context ?? undefined;
}

/** The values of colour tokens as they are now: `colours(element, 'c1', 'fg-1').c1`. */
export function colours<K extends string>(element: Element, ...names: K[]): Record<K, string> {
  const style = getComputedStyle(element);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<
    K,
    string
  >;
}

/** Calls back when the theme changes, so that a canvas is drawn again in its colours. Gives back how to stop. */
export function onTheme(changed: () => void): () => void {
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => watch.disconnect();
}

/** Runs `draw` once in the next frame, however often it is asked for. */
export function oncePerFrame(draw: () => void): { ask: () => void; stop: () => void } {
  let frame = 0;
  return {
    ask() {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    },
    stop: () => cancelAnimationFrame(frame),
  };
}
