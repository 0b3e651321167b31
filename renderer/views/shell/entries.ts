/** What the palette can find now: views, commands, runs and data. */
import { commands } from '#renderer/state/commands.svelte';
import { countedItems } from '#renderer/state/data-words';
import { datasets } from '#renderer/state/datasets.svelte';
import { recipes } from '#renderer/state/recipes.svelte';
import { to } from '#renderer/state/route';
import { router } from '#renderer/state/router.svelte';
import { runs } from '#renderer/state/runs.svelte';
import { count } from '#renderer/widgets/format';
import type { Entry } from './palette';

export function paletteEntries(): Entry[] {
  const go = (address: string) => () => router.go(address);
  const places: Entry[] = [
    { id: 'home', group: 'Go to', label: 'Home', icon: 'home', keys: 'G H', run: go(to.home) },
    {
      id: 'runs',
      group: 'Go to',
      label: 'Runs',
      icon: 'runs',
      keys: 'G R',
      hint: `${runs.list.length}`,
      run: go(to.runs),
    },
    { id: 'report', group: 'Go to', label: 'Report', icon: 'report', keys: 'G P', run: go(to.report()) },
    {
      id: 'lessons',
      group: 'Go to',
      label: 'Lessons',
      icon: 'lesson',
      keys: 'G L',
      words: 'lecture learn guide course 课程',
      run: go(to.lessons()),
    },
    {
      id: 'codebook',
      group: 'Go to',
      label: 'Codebook',
      icon: 'codebook',
      keys: 'G C',
      words: 'explorer codes vq',
      run: go(to.codebook()),
    },
    {
      id: 'latent',
      group: 'Go to',
      label: 'Latent dimensions',
      icon: 'latent',
      keys: 'G D',
      words: 'explorer traversal slider vae bottleneck swap interpolate walk disentanglement',
      run: go(to.latent()),
    },
    {
      id: 'generator',
      group: 'Go to',
      label: 'Generator',
      icon: 'dice',
      keys: 'G E',
      words: 'explorer samples gan vae prior temperature truncation nearest',
      run: go(to.generator()),
    },
    {
      id: 'anomaly',
      group: 'Go to',
      label: 'Anomalies',
      icon: 'anom',
      keys: 'G A',
      words: 'explorer outlier threshold roc false alarm 异常',
      run: go(to.anomaly()),
    },
    {
      id: 'projector',
      group: 'Go to',
      label: 'Projector',
      icon: 'proj',
      keys: 'G S',
      words: 'explorer space embedding t-sne tsne umap pca neighbours scatter vectors',
      run: go(to.projector()),
    },
    {
      id: 'network',
      group: 'Go to',
      label: 'Network',
      icon: 'tree',
      keys: 'G W',
      words: 'explorer layers blocks flops memory time profile',
      run: go(to.network()),
    },
  ];
  const books: Entry[] = runs.list
    .filter((run) => run.step > 0 && recipes.byId(run.recipe)?.explorers.includes('codebook'))
    .slice(0, 5)
    .map((run) => ({
      id: `codebook-${run.id}`,
      group: 'Go to',
      label: 'Codebook',
      icon: 'codebook',
      hint: `${run.name} · step ${count(run.step)}`,
      run: go(to.codebook(run.id)),
    }));
  return [
    ...places,
    ...books,
    ...commands.list.map((command): Entry => ({ group: 'Do', ...command })),
    ...runs.list.map(
      (run): Entry => ({
        id: run.id,
        group: 'Runs',
        label: run.name,
        icon: 'runs',
        hint: `${recipes.title(run.recipe)} · ${run.datasetName}`,
        words: run.tags.join(' '),
        status: run.status,
        run: go(to.run(run.id)),
      }),
    ),
    ...datasets.list.map(
      (data): Entry => ({
        id: data.id,
        group: 'Data',
        label: data.name,
        icon: 'image',
        hint: countedItems(data.modality, data.count),
        words: data.sources.join(' '),
        run: go(to.data(data.id)),
      }),
    ),
  ];
}
