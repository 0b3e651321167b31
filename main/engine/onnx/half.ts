/** Float32 to the 16 bits of IEEE 754 half precision, for constants beside values in float16. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Rounds to the nearest, ties to even; what is too large becomes an infinity. */
function halfBits(value: number): number {
  float[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const size = Math.abs(float[0]!);
  if (Number.isNaN(size)) return sign | 0x7e00;
  if (size >= 65520) return sign | 0x7c00; // the middle between the largest half and what would come next
  const exponent = Math.max(Math.floor(Math.log2(size || 2 ** -24)), -14);
  const unit = 2 ** (exponent - 10); // the distance between halves of this size
  const steps = roundToEven(size / unit);
  return sign | ((exponent + 14) * 1024 + steps); // a carry out of the fraction raises the exponent, as it should
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

export const toHalf = (data: Float32Array): Uint16Array<ArrayBuffer> => Uint16Array.from(data, halfBits);
