/** The marks of categories. Colour is never the only sign: from the ninth category on a colour comes with another mark. */

export const shapes = ['disc', 'square', 'triangle', 'star', 'ring', 'cross', 'diamond', 'bar'] as const;
export type Shape = (typeof shapes)[number];

export const colourCount = 8;

/** Colour and mark of the nth category: 64 pairs before one comes again. */
export const lookOf = (place: number): { colour: number; shape: number } => ({
  colour: place % colourCount,
  shape: (place + Math.floor(place / colourCount)) % shapes.length,
});

const star = Array.from({ length: 10 }, (_, i) => {
  const [radius, angle] = [i % 2 === 0 ? 5.4 : 2.5, (i * Math.PI) / 5];
  return `${(6 + radius * Math.sin(angle)).toFixed(2)} ${(6 - radius * Math.cos(angle)).toFixed(2)}`;
}).join('L');

/** As an SVG path in a box of 12 × 12; the ring is a ring by its hole (even–odd). */
export const pathOf: Record<Shape, string> = {
  disc: 'M1.8 6a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0z',
  square: 'M2.2 2.2h7.6v7.6h-7.6z',
  triangle: 'M6 1.2L10.6 9.6H1.4z',
  star: `M${star}z`,
  ring: 'M1.6 6a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0 -8.8 0zM3.3 6a2.7 2.7 0 1 1 5.4 0a2.7 2.7 0 1 1 -5.4 0z',
  cross: 'M1.8 4.6h2.8v-2.8h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8z',
  diamond: 'M6 0.8L11.2 6L6 11.2L0.8 6z',
  bar: 'M1 4.4h10v3.2h-10z',
};
