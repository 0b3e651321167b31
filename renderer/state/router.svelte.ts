/** Which view is open: the window's hash, so that Alt ← and → go back and forward as in any browser. */
import { parseRoute, type Route, writeRoute } from './route';

class Router {
  #hash = $state(globalThis.location?.hash ?? '');
  readonly route: Route = $derived(parseRoute(this.#hash));
  /** The address without `#`. */
  readonly address: string = $derived(this.#hash.replace(/^#/, '') || '/home');

  constructor() {
    globalThis.addEventListener?.('hashchange', () => {
      this.#hash = location.hash;
    });
  }

  /** Opens an address such as `/run/r-1?tab=live`. replace: without a step in the history. */
  go(address: string, { replace = false } = {}): void {
    if (`#${address}` === location.hash) return;
    if (replace) history.replaceState(history.state, '', `#${address}`);
    else history.pushState(null, '', `#${address}`);
    this.#hash = location.hash;
  }

  /** Changes some of the query, in place: a tab, a step, a filter. An empty value takes it away. */
  put(query: Record<string, string | number | undefined>, { replace = true } = {}): void {
    const [path = '/home'] = this.address.split('?', 1);
    this.go(writeRoute(path, { ...this.route.query, ...query }), { replace });
  }

  back(): void {
    history.back();
  }
  forward(): void {
    history.forward();
  }
}

export const router = new Router();
/** For `href`, so that a link shows where it leads and opens by itself. */
export const href = (address: string): string => `#${address}`;
