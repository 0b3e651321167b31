/** What is written of the projector and of the explorer of latent dimensions, so that pages can be made of it again. */
import type { LayoutSettings, SpaceQuality } from '#app/records/projector';
import type { Machine } from '../machine';

/** On the clock, and of all cores together: when others work beside it the second swells less. */
export interface Seconds {
  readonly wall: number;
  readonly cpu: number;
}

export interface MethodTimes {
  readonly method: 'pca' | LayoutSettings['method'];
  /** Each with its time: the directions of PCA; neighbours, weights and steps of the others. */
  readonly parts: Readonly<Record<string, Seconds>>;
  readonly neighbours?: number;
  readonly steps?: number;
  readonly trust: NonNullable<SpaceQuality['trust']>;
}

export interface CloudTimes {
  readonly points: number;
  readonly dimension: number;
  readonly methods: readonly MethodTimes[];
}

/** Milliseconds. */
export interface Spans {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface Frames {
  readonly act: string;
  readonly seconds: number;
  /** Animation frames of the page, each of which moved the picture. */
  readonly frames: number;
  readonly perSecond: number;
  /** Frames that the compositor put on the screen, a second. */
  readonly shownPerSecond: number;
  /** Milliseconds between two animation frames. */
  readonly interval: Spans & { readonly p99: number };
  /** CPU milliseconds that the page's thread worked for one frame. */
  readonly pageCpu: number;
}

export interface Brushing {
  readonly times: number;
  /** Points taken in, the least and the most. */
  readonly selected: readonly [number, number];
  /** From letting go to the end of the frame that shows it: script, style and painting of the page. */
  readonly drawn: Spans;
  /** As Chromium's Event Timing tells it, to the picture on the screen, in steps of 8 ms. */
  readonly shown: Spans;
}

export interface CloudWindow {
  readonly points: number;
  /** Of the picture, CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** What drew the points. */
  readonly painter: string;
  readonly frames: readonly Frames[];
  readonly brushing: Brushing;
}

/** What holds of one part, which may be measured on its own. */
export interface Measured {
  readonly date: string;
  readonly machine: Machine;
  /** Cores that others used when it began. */
  readonly busy: number;
}
export interface ProjectorResult {
  readonly date: string;
  readonly window?: Measured & { readonly painters: readonly CloudWindow[] };
  readonly methods?: Measured & CloudTimes;
}

export interface LatentWindow {
  readonly recipe: string;
  readonly device: string;
  readonly dimensions: number;
  readonly presses: number;
  /** From the key to the end of the frame that shows the picture of the code. */
  readonly picture: Spans;
  /** The same until the sheet of traversals and the plane of the walk have followed. */
  readonly all: Spans;
}
export interface LatencyResult extends Measured {
  readonly latent: LatentWindow;
}
