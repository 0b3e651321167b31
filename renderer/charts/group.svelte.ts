/** What the charts of one view share: the cursor, the zoom and the band being dragged. x in data units. */
import type { Interval } from './axis';

export class ChartGroup {
  cursor = $state<number | null>(null);
  zoom = $state.raw<Interval | null>(null);
  band = $state.raw<Interval | null>(null);

  zoomTo(interval: Interval): void {
    const [a, b] = interval;
    if (a !== b) this.zoom = a < b ? [a, b] : [b, a];
  }
  reset(): void {
    this.zoom = null;
    this.band = null;
  }
}
