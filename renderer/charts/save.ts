/** How a chart leaves the window: as SVG, PNG or CSV, through whatever way of saving files the view has given. */
import { getContext, setContext } from 'svelte';
import type { ChartLine } from './line';

/** Asks where to save and writes there; resolves to the path, or null when the user chose none. */
export type SaveFile = (file: { name: string; extension: string; bytes: Uint8Array }) => Promise<string | null>;

const key = Symbol('save file');
/** A view calls this once; every chart below it then offers to save. */
export const provideSave = (save: SaveFile): void => {
  setContext(key, save);
};
export const saving = (): SaveFile | undefined => getContext<SaveFile | undefined>(key);

/** A file name from a title: `Codebook perplexity` → `codebook-perplexity`. */
export const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'chart';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Rows of cells as CSV (RFC 4180); numbers in full precision. */
export function csv(rows: readonly (readonly (string | number | boolean | undefined)[])[]): string {
  const cell = (value: string | number | boolean | undefined) => {
    const text = value === undefined ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Every point of every line, unsmoothed, one row a point. */
export function linesCsv(lines: readonly ChartLine[], xName: string): string {
  const rows: (string | number)[][] = [[xName, 'line', 'value']];
  for (const { label, points } of lines)
    for (let i = 0; i < points.count; i++) rows.push([points.x[i]!, label, points.y[i]!]);
  return csv(rows);
}

/** `var(--x)` replaced by what it stands for, so that the picture keeps its colours anywhere. */
export const resolveVariables = (markup: string, lookUp: (name: string) => string): string =>
  markup.replace(/var\((--[\w-]+)\)/g, (_, name: string) => lookUp(name));

/** The layers of a chart as one SVG file that stands alone. */
export function svgFile(layers: readonly SVGSVGElement[], title: string, extra = ''): string {
  const [first] = layers;
  if (!first) throw new Error('internal: svgFile: a chart must have at least one layer, got none');
  const { width, height } = first.getBoundingClientRect();
  const style = getComputedStyle(first);
  const lookUp = (name: string) => style.getPropertyValue(name).trim();
  const inner = layers.map((layer) => layer.innerHTML).join(extra);
  const text = `text{font:11px Inter,system-ui,sans-serif;fill:${lookUp('--axis')};font-variant-numeric:tabular-nums}`;
  const file = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${title.replace(/[<&]/g, '')}</title><style>${text}</style><rect width="100%" height="100%" fill="${lookUp('--bg-panel')}"/>${inner}</svg>`;
  return resolveVariables(file, lookUp).replace(/<!--.*?-->/g, '');
}

/** Paints an SVG file at `scale` times its size. Throws where the picture cannot be drawn. */
export async function pngOf(svg: string, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width * scale, image.height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}

export const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());
