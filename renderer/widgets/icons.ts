/** The icon sprite as a table: name → the shapes inside its 16 × 16 view box. Read once, so no `<use>` crosses a file. */
import sprite from '../assets/icons.svg?raw';

const shapes = new Map(
  [...sprite.matchAll(/<symbol id="i-([\w-]+)"[^>]*>(.*?)<\/symbol>/gs)].map(([, name = '', inner = '']) => [
    name,
    inner,
  ]),
);

/** Shapes of an icon; throws for a name that is not in the sprite, so that a typing slip is seen at once. */
export function iconShapes(name: string): string {
  const inner = shapes.get(name);
  if (inner === undefined)
    throw new Error(`internal: icon must be one of ${[...shapes.keys()].join(', ')}, got ${name}`);
  return inner;
}

/** What a data set is made of, as a sign. */
export const modalityIcons = { image: 'image', text: 'text', audio: 'audio', table: 'tbl' } as const;
