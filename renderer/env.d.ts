/** What the preload and the bundler put into the page. */
import type { Bridge } from '#app/contract';

declare global {
  interface Window {
    readonly bridge: Bridge;
  }
}
