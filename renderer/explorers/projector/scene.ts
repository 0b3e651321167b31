/** The two canvases of one picture: points below, previews and outlines above, each drawn at most once a frame. */
import { colours, fitCanvas, onTheme } from '../../widgets/canvas';
import type { Camera, Size } from './camera';
import { type Looks, markSize, paletteOf, rgbOf } from './looks';
import { type OverlayLook, paintOverlay } from './overlay';
import { openPainter } from './painter';
import type { Painter } from './painting';

const glide = 220; // ms, as motion everywhere; none where less of it is wished for

export interface SceneLook {
  camera: Camera;
  size: Size;
  count: number;
  /** Pixels of one unit with all points in sight. */
  whole: number;
  overlay: Omit<OverlayLook, 'camera' | 'size' | 'positions' | 'token' | 'font'>;
}

const tokens = ['fg-1', 'fg-3', 'bg-panel', 'accent'] as const;
const marks = [
  ...Array.from({ length: 8 }, (_, i) => `c${i + 1}`),
  ...Array.from({ length: 9 }, (_, i) => `v${i}`),
  ...tokens,
];

export class Scene {
  readonly #points: HTMLCanvasElement;
  readonly #over: HTMLCanvasElement;
  readonly #painter: Painter | undefined;
  readonly #stopTheme: () => void;
  #look: SceneLook | undefined;
  #positions: Float32Array = new Float32Array(0);
  #from: Float32Array | undefined;
  #glideFrom = Number.NEGATIVE_INFINITY;
  #frame = 0;
  /** Whether the points must be drawn anew. */
  #stale = true;
  #tokens: Record<string, string>;

  constructor(points: HTMLCanvasElement, over: HTMLCanvasElement) {
    this.#points = points;
    this.#over = over;
    this.#painter = openPainter(points);
    this.#tokens = colours(points, ...marks);
    this.#stopTheme = onTheme(() => this.#useTheme());
    this.#useTheme();
  }

  get kind(): Painter['kind'] | 'none' {
    return this.#painter?.kind ?? 'none';
  }

  #useTheme(): void {
    this.#tokens = colours(this.#points, ...marks);
    this.#painter?.palette(paletteOf(this.token), rgbOf(this.token('bg-panel')));
    this.#stale = true;
    this.#ask();
  }
  token = (name: string): string => this.#tokens[name] ?? '';

  positions(next: Float32Array, glides: boolean): void {
    if (next === this.#positions) return;
    const moves =
      glides && next.length === this.#positions.length && !matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#from = moves ? this.#positions : next;
    this.#painter?.positions(next, this.#from);
    this.#positions = next;
    this.#glideFrom = moves ? performance.now() : Number.NEGATIVE_INFINITY;
    this.#stale = true;
    this.#ask();
  }
  looks(looks: Looks): void {
    this.#painter?.looks(looks);
    this.#stale = true;
    this.#ask();
  }
  show(look: SceneLook): void {
    const { camera, size, count, whole } = this.#look ?? {};
    // Pointer and lasso move over points that stay as they are.
    if (look.camera !== camera || look.size !== size || look.count !== count || look.whole !== whole)
      this.#stale = true;
    this.#look = look;
    this.#ask();
  }

  #ask(): void {
    this.#frame ||= requestAnimationFrame((now) => {
      this.#frame = 0;
      this.paint(now);
    });
  }

  /** Draws at once; the points only where they have changed, or `again`. */
  paint(now = performance.now(), again = false): void {
    const look = this.#look;
    if (!look || look.size.width < 1 || look.size.height < 1) return;
    const { camera, size, count, whole } = look;
    const along = Math.min(1, (now - this.#glideFrom) / glide);
    const morph = 1 - (1 - along) ** 3;
    if (this.#stale || again) this.#painter?.draw(camera, size, markSize(count, camera.scale / whole), morph);
    this.#stale = along < 1;
    const context = fitCanvas(this.#over, size.width, size.height);
    if (context) {
      const font = getComputedStyle(this.#over).fontFamily;
      const overlay = { ...look.overlay, camera, size, positions: this.#positions, token: this.token, font };
      paintOverlay(context, along < 1 ? { ...overlay, previews: [], names: [] } : overlay);
    }
    if (along < 1) this.#ask();
  }

  /** Both canvases on the panel's colour. */
  async picture(): Promise<Blob> {
    this.paint(performance.now(), true); // a card forgets what it drew as soon as it is shown
    const sheet = new OffscreenCanvas(this.#points.width, this.#points.height);
    const context = sheet.getContext('2d')!;
    context.fillStyle = this.token('bg-panel');
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(this.#points, 0, 0);
    context.drawImage(this.#over, 0, 0);
    return sheet.convertToBlob({ type: 'image/png' });
  }

  free(): void {
    cancelAnimationFrame(this.#frame);
    this.#stopTheme();
    this.#painter?.free();
  }
}
