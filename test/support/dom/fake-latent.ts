/** A space of codes as a trained run would have it: seven numbers that move, size and light a spot, three that do nothing. */
import type { Ask } from '#app/contract';
import type { Pictures } from '#app/records/common';
import type { LatentSpace } from '#app/records/latent';
import { drawDigit } from './digits';
import { itemRecord } from './fake-records';

export const latentSize = 10;
const side = 28;

/** A spot whose place, size and light the first four numbers give; the others say nothing. codes: [n, 10] */
export function decodeSpots(codes: Float32Array): Pictures {
  const count = codes.length / latentSize;
  const pixels = new Uint8Array(count * side * side);
  for (let n = 0; n < count; n++) {
    const [x = 0, y = 0, size = 0, light = 0] = codes.subarray(n * latentSize);
    for (let at = 0; at < side * side; at++) {
      const [dx, dy] = [(at % side) - (14 + 3 * x), Math.floor(at / side) - (14 + 3 * y)];
      const shape = Math.exp(-(dx * dx + dy * dy) / (2 * (3 + size * 0.8) ** 2));
      pixels[n * side * side + at] = Math.max(0, Math.min(255, (200 + 30 * light) * shape));
    }
  }
  return { count, height: side, width: side, channels: 1, pixels };
}

const column = (value: (j: number) => number) => Float32Array.from({ length: latentSize }, (_, j) => value(j));
export function latentRecord(step: number): LatentSpace {
  return {
    ...{ step, kind: 'numbers', size: latentSize, split: 'validation', items: 400, hasPrior: true },
    mean: column(() => 0),
    std: column(() => 1),
    low: column(() => -2.8),
    high: column(() => 2.8),
    // neither in order of their numbers nor all in use
    kl: column((j) => [1.9, 2.9, 2.3, 1.2, 0.4, 0.3, 0.2, 0.02, 0.01, 0.04][j]!),
    change: column((j) => 0.1 / (j + 1)),
    error: 0.0041,
    factors: {
      names: ['x', 'y', 'size'],
      items: 2400,
      information: Float32Array.from({ length: latentSize * 3 }, (_, i) => (Math.floor(i / 3) === i % 3 ? 0.9 : 0.02)),
      mig: 0.61,
    },
  };
}

/** A code that is a function of the item, so that another item has another. */
export const codeOfItem = (index: number): Float32Array => column((j) => Math.sin(index * 7.1 + j) * 1.5);

function joined(indices: readonly number[]): Pictures {
  const pixels = new Uint8Array(indices.length * side * side);
  indices.forEach((index, i) => pixels.set(drawDigit(itemRecord(index).label, index), i * side * side));
  return { count: indices.length, height: side, width: side, channels: 1, pixels };
}

/** Numbers of a sheet of samples: a function of its seed and temperature. */
const sampleCodes = ({ draw }: Ask<'generator.sample'>): Float32Array =>
  Float32Array.from(
    { length: draw.count * latentSize },
    (_, i) => Math.sin(draw.seed * 31 + i) * (draw.temperature ?? 1),
  );

let names: Record<string, string> = {};
/** Names given in one test are not there in the next. */
export const forgetNames = (): void => {
  names = {};
};

export const latentHandlers = {
  'latent.open': ({ step }: Ask<'latent.open'>) => latentRecord(step ?? 0),
  'latent.encode': ({ items }: Ask<'latent.encode'>) => {
    const codes = new Float32Array(items.length * latentSize);
    items.forEach((index, i) => codes.set(codeOfItem(index), i * latentSize));
    return { items: items.map(itemRecord), codes, originals: joined(items), decoded: decodeSpots(codes) };
  },
  'latent.decode': ({ codes }: Ask<'latent.decode'>) => ({ pictures: decodeSpots(codes), milliseconds: 2.1 }),
  'latent.names': () => names,
  'latent.rename': ({ dimension, name }: Ask<'latent.rename'>) => {
    const { [String(dimension)]: _, ...others } = names;
    names = name.trim() === '' ? others : { ...others, [dimension]: name.trim() };
    return names;
  },
  'generator.open': ({ step }: Ask<'generator.open'>) => ({ step: step ?? 0, size: latentSize, hasFeatures: true }),
  'generator.sample': (ask: Ask<'generator.sample'>) => {
    const codes = sampleCodes(ask);
    return { step: ask.step ?? 0, codes, pictures: decodeSpots(codes), milliseconds: 5 };
  },
  'generator.decode': ({ codes }: Ask<'generator.decode'>) => ({ pictures: decodeSpots(codes), milliseconds: 2 }),
  'generator.nearest': ({ draw }: Ask<'generator.nearest'>) => {
    const indices = Array.from({ length: draw.count }, (_, i) => i * 3);
    return {
      items: indices.map(itemRecord),
      pictures: joined(indices),
      distances: Float32Array.from(indices, (_, i) => 4 + (i % 5)),
      compared: 800,
      usual: 9,
    };
  },
};
