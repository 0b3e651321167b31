// Pictures that are made, not taken: what each is made from is known, so that what a model finds can be checked.

/** Where the middle of the dot may be along each side of the 3 × 3 pictures, in pixels from the first. */
const dotPlaces = 24;
const dotWidth = 0.6; // pixels: neighbours on both sides are lit, so that places between pixels can be told

/**
 * The lecture's argument as data: nine pixels, but the pictures differ in two ways only, where a soft dot is across and
 * down. pixels: bytes [576, 3, 3]; factors: [576, 2], each numbered from 0.
 */
export function threeByThree() {
  const side = 3;
  const at = (place) => (place * (side - 1)) / (dotPlaces - 1);
  const light = (d) => Math.exp(-(d * d) / (2 * dotWidth * dotWidth));
  return made(
    side,
    ['across', 'down'],
    [dotPlaces, dotPlaces],
    ([across, down]) =>
      (row, column) =>
        light(column - at(across)) * light(row - at(down)),
  );
}

const spriteSide = 16;
const places = 7;
const spriteRadii = [2, 3, 4]; // pixels
const edge = 1.25; // pixels from white to black: a place between pixels can be told by its greys

/**
 * Every combination of 2 shapes, 3 sizes and 7 × 7 places: 294 pictures. pixels: bytes [294, 16, 16]; factors: [294, 4].
 */
export function sprites() {
  const middle = (place) => 4.5 + place; // of pixel 0 … 15: the largest shape stays inside
  const distances = [(dx, dy) => Math.max(Math.abs(dx), Math.abs(dy)) / 0.886, (dx, dy) => Math.hypot(dx, dy)];
  const soft = (inside) => Math.min(1, Math.max(0, 0.5 + inside / edge));
  return made(
    spriteSide,
    ['shape', 'size', 'x', 'y'],
    [2, 3, places, places],
    ([shape, size, x, y]) =>
      (row, column) => {
        // A square of the disc's area, so that size is not told by the light alone.
        return soft(spriteRadii[size] - distances[shape](column - middle(x), row - middle(y)));
      },
  );
}

/** Every combination of factor values, the last factor running fastest; `draw` gives the grey of a pixel in [0, 1]. */
function made(side, names, sizes, draw) {
  const count = sizes.reduce((product, size) => product * size, 1);
  const pixels = new Uint8Array(count * side * side);
  const factors = new Int32Array(count * sizes.length);
  for (let item = 0; item < count; item++) {
    let rest = item;
    const values = sizes.map(() => 0);
    for (let f = sizes.length - 1; f >= 0; f--) {
      values[f] = rest % sizes[f];
      rest = Math.floor(rest / sizes[f]);
    }
    factors.set(values, item * sizes.length);
    const grey = draw(values);
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        pixels[(item * side + row) * side + column] = Math.round(255 * grey(row, column));
  }
  return { side, count, names, sizes, pixels, factors };
}
