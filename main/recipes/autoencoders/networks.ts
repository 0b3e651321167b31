/** Encoders and decoders of pictures and of rows of tables. Letters: N items, C channels of a picture, H × W pixels. */
import { PretextError } from '#app/contract';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { conv2d, convTranspose2d, linear, residualBlock } from '#main/nn';
import type { Mark } from '../blueprint';
import { type DataSpec, type ImageSpec, shapeOf, sizeOf } from '../data-spec';

/** Two convolutions of stride 2 make a map of a quarter of the picture's sides. */
export const shrinkage = 4;

/** Throws unless the picture's sides divide by 4; says which size to import at. */
export function expectDivisible(recipe: string, { height, width }: ImageSpec): void {
  if (height % shrinkage === 0 && width % shrinkage === 0) return;
  const size = Math.ceil(Math.max(height, width) / shrinkage) * shrinkage;
  throw new PretextError(
    `${recipe}: height and width must be multiples of ${shrinkage}, since two strides of 2 halve them twice; got ${height} × ${width}`,
    { advice: `Import the data again at size ${size}.` },
  );
}

const halve = { kernel: 4, stride: 2, pad: 1 } as const; // [h, w] → [h/2, w/2]; back again when transposed
const keep = { kernel: 3, pad: 1 } as const; // [h, w] → [h, w]

export interface DenseSize {
  hiddenLayers: number;
  width: number;
}

/** [N, C, H, W] → [N, d]. Hidden layers with ReLU, then a linear map to the code. */
export function denseEncoder(
  scope: Scope,
  x: Tensor,
  { hiddenLayers, width }: DenseSize,
  d: number,
  mark: Mark,
): Tensor {
  let h = x.reshape([x.shape[0]!, x.shape.slice(1).reduce((size: number, dim) => size * Number(dim), 1)]); // [N, CHW]
  for (let i = 1; i <= hiddenLayers; i++) {
    h = linear(scope.at(`hidden${i}`), h, width).relu(); // [N, width]
    mark('encoder', `hidden${i}`, h);
  }
  const code = linear(scope.at('code'), h, d, { gain: 'linear' }); // [N, d]
  mark('encoder', 'code', code);
  return code;
}

/** [N, d] → [N, C, H, W], or [N, features] of a table. The mirror of the encoder; the last map is linear. */
export function denseDecoder(
  scope: Scope,
  code: Tensor,
  { hiddenLayers, width }: DenseSize,
  data: DataSpec,
  mark: Mark,
): Tensor {
  let h = code;
  for (let i = 1; i <= hiddenLayers; i++) {
    h = linear(scope.at(`hidden${i}`), h, width).relu(); // [N, width]
    mark('decoder', `hidden${i}`, h);
  }
  const name = data.modality === 'image' ? 'picture' : 'row';
  const y = linear(scope.at(name), h, sizeOf(data), { gain: 'linear' }); // [N, CHW]
  const drawn = data.modality === 'image' ? y.reshape([y.shape[0]!, ...shapeOf(data)]) : y;
  mark('decoder', name, drawn);
  return drawn;
}

/** [N, C, H, W] → [N, channels, H/4, W/4], ReLU applied: two strided convolutions, half the channels after the first. */
function shrink(scope: Scope, x: Tensor, channels: number, mark: Mark): Tensor {
  const half = conv2d(scope.at('halve1'), x, Math.floor(channels / 2), halve).relu(); // [N, channels/2, H/2, W/2]
  mark('encoder', 'halve1', half);
  const quarter = conv2d(scope.at('halve2'), half, channels, halve).relu(); // [N, channels, H/4, W/4]
  mark('encoder', 'halve2', quarter);
  return quarter;
}

/** [N, channels, H/4, W/4] → [N, C, H, W]: two transposed convolutions; the last map is linear. */
function grow(scope: Scope, h: Tensor, channels: number, colours: number, mark: Mark): Tensor {
  const half = convTranspose2d(scope.at('double1'), h, Math.floor(channels / 2), halve).relu(); // [N, channels/2, H/2, W/2]
  mark('decoder', 'double1', half);
  const y = convTranspose2d(scope.at('double2'), half, colours, { ...halve, gain: 'linear' }); // [N, C, H, W]
  mark('decoder', 'double2', y);
  return y;
}

/** [N, C, H, W] → [N, d]: convolutions, then a linear map from the whole quarter-size map to the code. */
export function convolutionalEncoder(scope: Scope, x: Tensor, channels: number, d: number, mark: Mark): Tensor {
  const h = shrink(scope, x, channels, mark); // [N, channels, H/4, W/4]
  const flat = h.reshape([h.shape[0]!, h.shape.slice(1).reduce((size: number, dim) => size * Number(dim), 1)]);
  const code = linear(scope.at('code'), flat, d, { gain: 'linear' }); // [N, d]
  mark('encoder', 'code', code);
  return code;
}

/** [N, d] → [N, C, H, W] */
export function convolutionalDecoder(
  scope: Scope,
  code: Tensor,
  channels: number,
  data: ImageSpec,
  mark: Mark,
): Tensor {
  const [h, w] = [data.height / shrinkage, data.width / shrinkage];
  const flat = linear(scope.at('unfold'), code, channels * h * w).relu(); // [N, channels · H/4 · W/4]
  const map = flat.reshape([flat.shape[0]!, channels, h, w]);
  mark('decoder', 'unfold', map);
  return grow(scope, map, channels, data.channels, mark);
}

export interface ResidualSize {
  channels: number;
  residualBlocks: number;
  residualChannels: number;
}

function residualStack(scope: Scope, x: Tensor, size: ResidualSize, part: string, mark: Mark): Tensor {
  let h = x;
  for (let i = 1; i <= size.residualBlocks; i++) {
    h = residualBlock(scope.at(`residual${i}`), h, size.residualChannels);
    mark(part, `residual${i}`, h);
  }
  return h.relu();
}

/** [N, C, H, W] → [N, D, H/4, W/4]: one vector for each place of the map (VQ-VAE, section 4.1). */
export function mapEncoder(scope: Scope, x: Tensor, size: ResidualSize, length: number, mark: Mark): Tensor {
  const shrunk = shrink(scope, x, size.channels, mark); // [N, channels, H/4, W/4]
  const mixed = conv2d(scope.at('mix'), shrunk, size.channels, keep);
  mark('encoder', 'mix', mixed);
  const deep = residualStack(scope, mixed, size, 'encoder', mark);
  const z = conv2d(scope.at('code'), deep, length, { kernel: 1, gain: 'linear' }); // [N, D, H/4, W/4]
  mark('encoder', 'code', z);
  return z;
}

/** [N, D, H/4, W/4] → [N, C, H, W] */
export function mapDecoder(scope: Scope, z: Tensor, size: ResidualSize, colours: number, mark: Mark): Tensor {
  const mixed = conv2d(scope.at('mix'), z, size.channels, keep); // [N, channels, H/4, W/4]
  mark('decoder', 'mix', mixed);
  return grow(scope, residualStack(scope, mixed, size, 'decoder', mark), size.channels, colours, mark);
}
