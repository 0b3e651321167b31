/** How many items are fetched at a time, and which of the pages are kept: pure, so that memory is bounded by law. */

const pagePixels = 400_000; // one answer of the bridge stays near 0.4 MB of grey pixels
const keptPixels = 12_000_000; // 48 MB as RGBA

/** Items of a page of pictures height × width: between 8 and 200. */
export const pageSize = (height: number, width: number): number =>
  Math.max(8, Math.min(200, Math.floor(pagePixels / (height * width))));
/** Pages kept in memory, never fewer than are in sight of a large window. */
export const pagesKept = (height: number, width: number): number =>
  Math.max(8, Math.floor(keptPixels / (pageSize(height, width) * height * width)));

/** Pages of [first, last), the one in the middle of the range first, then one ahead on either side. */
export function pagesFor(first: number, last: number, size: number, total: number): number[] {
  if (total === 0 || last <= first) return [];
  const most = Math.ceil(total / size) - 1;
  const from = Math.floor(first / size);
  const to = Math.floor((last - 1) / size);
  const middle = (from + to) / 2;
  const seen = Array.from({ length: to - from + 1 }, (_, i) => from + i).sort(
    (a, b) => Math.abs(a - middle) - Math.abs(b - middle),
  );
  return [...seen, to + 1, from - 1].filter((page) => page >= 0 && page <= most);
}
