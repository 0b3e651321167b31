/** What could be done next, told from the facts of the project alone: failed runs, dead codes, problems in data, untried data. */
import type { Dataset } from '#app/records/dataset';
import type { Run } from '#app/records/run';
import { countedItems } from '#renderer/state/data-words';
import { to } from '#renderer/state/route';
import { isUnderWay } from '#renderer/state/runs.svelte';
import { count, percent, plural } from '#renderer/widgets/format';

export interface Step {
  id: string;
  icon: string;
  tone: 'f3' | 'err' | 'warn';
  title: string;
  text: string;
  address: string;
}

const usedShare = 'validation/codebook_used_share';
const deadFrom = 0.05; // below this share, unused codes are no concern

/** Newest concern of each kind first; at most `most` in all. runs, datasets: newest first. */
export function nextSteps(runs: readonly Run[], datasets: readonly Dataset[], most = 4): Step[] {
  const steps = [
    ...failed(runs),
    ...interrupted(runs),
    ...deadCodes(runs),
    ...problems(datasets),
    ...untried(runs, datasets),
    ...unlooked(runs),
  ];
  return steps.slice(0, most);
}

/** A failure is no concern any more once a later run of the same recipe and data has ended well. */
function failed(runs: readonly Run[]): Step[] {
  const run = runs.find(({ status }) => status === 'failed');
  const later =
    run &&
    runs.some(
      (other) =>
        other.status === 'finished' &&
        other.recipe === run.recipe &&
        other.dataset === run.dataset &&
        other.createdAt > run.createdAt,
    );
  if (!run || later) return [];
  return [
    {
      id: `failed-${run.id}`,
      icon: 'err',
      tone: 'err',
      title: `${run.name} failed`,
      text: `at step ${count(run.step)}: ${run.error ?? 'see its log'}`,
      address: to.run(run.id),
    },
  ];
}

function interrupted(runs: readonly Run[]): Step[] {
  const run = runs.find(({ status }) => status === 'interrupted');
  if (!run) return [];
  return [
    {
      id: `resume-${run.id}`,
      icon: 'play',
      tone: 'warn',
      title: `Resume ${run.name}`,
      text: `it was interrupted at step ${count(run.step)} of ${count(run.steps)}`,
      address: to.run(run.id),
    },
  ];
}

function deadCodes(runs: readonly Run[]): Step[] {
  for (const run of runs) {
    if (isUnderWay(run)) continue; // its codes may yet come to life
    const used = run.metrics[usedShare]?.last;
    const size = run.config['codebookSize'];
    if (used === undefined || typeof size !== 'number') continue;
    const dead = Math.round((1 - used) * size);
    if (dead / size < deadFrom) return [];
    return [
      {
        id: `dead-${run.id}`,
        icon: 'codebook',
        tone: 'f3',
        title: `${plural(dead, 'dead code')} in ${run.name}`,
        text: `${percent(dead / size)} of the codebook; a smaller one may do`,
        address: to.codebook(run.id),
      },
    ];
  }
  return [];
}

function problems(datasets: readonly Dataset[]): Step[] {
  const data = datasets.find(({ problemCount }) => problemCount > 0);
  if (!data) return [];
  return [
    {
      id: `problems-${data.id}`,
      icon: 'warn',
      tone: 'warn',
      title: `Look at ${plural(data.problemCount, 'problem')} in ${data.name}`,
      text: 'copies, blank or unreadable files',
      address: to.data(data.id, 'problems'),
    },
  ];
}

function untried(runs: readonly Run[], datasets: readonly Dataset[]): Step[] {
  const data = datasets.find(({ id }) => !runs.some(({ dataset }) => dataset === id));
  if (!data) return [];
  return [
    {
      id: `train-${data.id}`,
      icon: 'plus',
      tone: 'f3',
      title: `Train on ${data.name}`,
      text: `${countedItems(data.modality, data.count)}, not used yet`,
      address: to.newRun({ data: data.id }),
    },
  ];
}

function unlooked(runs: readonly Run[]): Step[] {
  const done = runs.filter(({ status }) => status === 'finished');
  if (done.length < 2) return [];
  const names = done.slice(0, 3);
  return [
    {
      id: 'report',
      icon: 'report',
      tone: 'f3',
      title: 'Write a report',
      text: `of ${names.map(({ name }) => name).join(', ')}`,
      address: to.report(names.map(({ id }) => id)),
    },
  ];
}
