/** Where something that floats stands: below its anchor, above it where there is no room, always inside the window. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
export type Side = 'start' | 'end';

/** side: which edges line up. gap: pixels between anchor and float, and from the window's edge. */
export function place(
  anchor: Box,
  size: { width: number; height: number },
  window: { width: number; height: number },
  side: Side,
  gap = 4,
): { left: number; top: number } {
  const below = anchor.top + anchor.height + gap;
  const above = anchor.top - gap - size.height;
  const top = below + size.height <= window.height - gap || above < gap ? below : above;
  const left = side === 'start' ? anchor.left : anchor.left + anchor.width - size.width;
  return {
    left: Math.max(gap, Math.min(left, window.width - size.width - gap)),
    top: Math.max(gap, Math.min(top, window.height - size.height - gap)),
  };
}
