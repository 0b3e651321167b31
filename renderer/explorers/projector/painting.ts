/** What draws points must do, whether it is a graphics card or the processor. */
import type { Camera, Size } from './camera';
import type { Looks, Rgb } from './looks';

export interface Painter {
  readonly kind: 'webgl' | 'pixels';
  /** float32 [n, 2]; what was there before is where a morph starts. */
  positions(to: Float32Array, from?: Float32Array): void;
  looks(looks: Looks): void;
  /** 256 colours, RGBA, and the colour that the points lie on. */
  palette(colours: Uint8Array, paper: Rgb): void;
  /** `morph`: 0 where the points were, 1 where they are. size: of a mark, CSS pixels. */
  draw(camera: Camera, size: Size, mark: number, morph: number): void;
  free(): void;
}
