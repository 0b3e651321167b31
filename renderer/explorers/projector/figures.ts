/** What leaves the projector as files: every point with what is known of it, and the picture as marks. */
import type { Cloud } from '#app/records/projector';
import { boxOf, fitted, toScreen } from './camera';
import type { Mask } from './choose';
import { markSize } from './looks';
import type { Shades } from './shades';
import { lookOf, pathOf, shapes } from './shapes';

const splitNames = ['train', 'validation', 'test'];

export interface PointTable {
  cloud: Cloud;
  positions: Float32Array;
  classes: readonly string[];
  shades: Shades | undefined;
  mask: Mask | undefined;
  /** Names of items, where they are known. */
  names?: ReadonlyMap<number, string>;
}

const shadeAt = (shades: Shades, row: number): string | number => {
  if (shades.kind === 'categories') return shades.names[shades.places[row]!] ?? '';
  const value = shades.values[row]!;
  return Number.isNaN(value) ? '' : value;
};

/** A row for each point, or for those selected only. */
export function pointRows(
  { cloud, positions, classes, shades, mask, names }: PointTable,
  rows?: ArrayLike<number>,
): (string | number | boolean)[][] {
  const extra = shades && shades.title !== 'label' && shades.title !== 'split' ? shades : undefined;
  const head = [
    'item',
    ...(names ? ['name'] : []),
    'label',
    'split',
    'x',
    'y',
    ...(extra ? [extra.title] : []),
    'selected',
  ];
  const table: (string | number | boolean)[][] = [head];
  const total = rows?.length ?? cloud.count;
  for (let at = 0; at < total; at++) {
    const row = rows ? rows[at]! : at;
    const item = cloud.items[row]!;
    table.push([
      item,
      ...(names ? [names.get(item) ?? ''] : []),
      classes[cloud.labels[row]!] ?? '',
      splitNames[cloud.splits[row]!] ?? '',
      positions[2 * row]!,
      positions[2 * row + 1]!,
      ...(extra ? [shadeAt(extra, row)] : []),
      Boolean(mask?.[row]),
    ]);
  }
  return table;
}

/** The whole picture as an SVG file: the marks of the legend, one `use` a point, so that it opens anywhere. */
export function pictureSvg(
  { cloud, positions, shades, mask }: PointTable,
  hiddenOnes: ReadonlySet<number>,
  palette: Uint8Array,
  looks: Uint8Array,
  { title, paper }: { title: string; paper: string },
): string {
  const size = { width: 960, height: 720 };
  const camera = fitted(boxOf(positions), size);
  const mark = markSize(cloud.count, 1);
  const symbols = shapes.map(
    (shape) => `<symbol id="${shape}" viewBox="0 0 12 12"><path fill-rule="evenodd" d="${pathOf[shape]}"/></symbol>`,
  );
  const groups = new Map<string, string[]>();
  const any = mask?.includes(1) ?? false;
  for (let row = 0; row < cloud.count; row++) {
    const [colour, shape, state] = [looks[4 * row]!, looks[4 * row + 1]!, looks[4 * row + 2]!];
    if (state === 0) continue;
    const [x, y] = toScreen(camera, size, positions[2 * row]!, positions[2 * row + 1]!);
    const fill = `rgb(${palette.slice(4 * colour, 4 * colour + 3).join(',')})`;
    const key = `fill="${fill}" opacity="${any && !mask?.[row] ? 0.2 : 0.8}"`;
    const own = groups.get(key) ?? [];
    groups.set(key, own);
    own.push(
      `<use href="#${shapes[shape]}" x="${(x - mark / 2).toFixed(1)}" y="${(y - mark / 2).toFixed(1)}" width="${mark.toFixed(1)}" height="${mark.toFixed(1)}"/>`,
    );
  }
  const legend = shades?.kind === 'categories' ? legendOf(shades.names, hiddenOnes, palette) : '';
  const marks = [...groups].map(([key, points]) => `<g ${key}>${points.join('')}</g>`).join('');
  const clean = (text: string) => text.replace(/[<&]/g, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}"><title>${clean(title)}</title><defs>${symbols.join('')}</defs><rect width="100%" height="100%" fill="${paper}"/>${marks}${legend}</svg>`;
}

function legendOf(names: readonly string[], hiddenOnes: ReadonlySet<number>, palette: Uint8Array): string {
  const shown = names.map((name, place) => ({ name, place })).filter(({ place }) => !hiddenOnes.has(place));
  const lines = shown.slice(0, 40).map(({ name, place }, line) => {
    const { colour, shape } = lookOf(place);
    const fill = `rgb(${palette.slice(4 * colour, 4 * colour + 3).join(',')})`;
    const y = 16 + 18 * line;
    return `<use href="#${shapes[shape]}" x="12" y="${y - 6}" width="12" height="12" fill="${fill}"/><text x="30" y="${y + 4}">${name.replace(/[<&]/g, '')}</text>`;
  });
  return `<g font-family="Inter,system-ui,sans-serif" font-size="12" fill="#777">${lines.join('')}</g>`;
}
