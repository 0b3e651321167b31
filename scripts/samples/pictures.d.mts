/** Pictures of side × side grey pixels and what each is made from. */
export interface MadePictures {
  side: number;
  count: number;
  names: string[];
  sizes: number[];
  /** Bytes [count, side, side]. */
  pixels: Uint8Array;
  /** [count, names], each factor's values numbered from 0. */
  factors: Int32Array;
}
export function threeByThree(): MadePictures;
export function sprites(): MadePictures;
