/** How the picture is to be made: the method and its settings, as the panes show and change them. */
import type { LayoutSettings } from '#app/records/projector';
import type { Method } from './projection.svelte';

/** t-SNE settles in a thousand steps; UMAP needs fewer epochs the more points there are (the authors' own choice). */
const epochsFor = (count: number): number => (count > 10_000 ? 200 : 500);

export class Settings {
  method = $state<Method>('pca');
  perplexity = $state(30);
  steps = $state(1000);
  neighbours = $state(15);
  minDist = $state(0.1);
  epochs = $state(500);
  seed = $state(1);

  /** More points than this value allows for make a setting smaller: a perplexity must stay below a third of them. */
  fitTo(count: number): void {
    this.perplexity = Math.min(this.perplexity, Math.max(2, Math.floor((count - 1) / 3)));
    this.neighbours = Math.min(this.neighbours, count - 1);
    this.epochs = epochsFor(count);
  }

  /** Undefined for principal components, which need no making. */
  layout(): LayoutSettings | undefined {
    const { method, perplexity, steps, neighbours, minDist, epochs, seed } = this;
    if (method === 'tsne') return { method, perplexity, steps };
    return method === 'umap' ? { method, neighbours, minDist, epochs, seed } : undefined;
  }
}

export const methodWords: Record<Method, string> = { pca: 'PCA', tsne: 't-SNE', umap: 'UMAP' };
