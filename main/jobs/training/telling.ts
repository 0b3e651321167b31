/** What a run tells before its first step: where it trains and why, what the device left to the CPU, where it goes on. */
import { describeFallbacks, placement, staysOnDevice, type TrainProgram } from '#main/engine';
import type { Progress } from '../checkpoint';
import { describeChoice } from '../choose-device';
import { environmentOf } from '../environment';
import { withScratch } from '../scratch';
import type { Folder, Setting } from './opening';
import type { Reporter } from './reporter';

export function tellState({ context, system, choice: { device } }: Setting, { step, seconds }: Progress): void {
  const { parameters } = system.plan;
  const environment = environmentOf(device);
  context.note({ kind: 'state', status: 'running', step, seconds, itemsPerSecond: 0, device, parameters, environment });
}

export function tellStart(
  { context, system, choice }: Setting,
  { loaded, keeper, damaged }: Folder,
  step: number,
  { event }: Reporter,
): void {
  const { fallback, times } = choice;
  for (const { step: lost, reason } of damaged)
    event(step, 'warning', `the checkpoint of step ${lost} is passed over: ${reason}`);
  const chosen = describeChoice(times);
  if (chosen !== undefined) event(step, 'info', chosen);
  if (fallback !== undefined) event(step, 'warning', `training on the CPU instead. ${fallback}`);
  if (loaded) {
    context.note({ kind: 'checkpoints', checkpoints: keeper.list() });
    event(step, 'info', `resumed from the checkpoint of step ${step}`, true);
  } else event(0, 'info', `training starts: ${system.steps} steps of ${system.batchSize} items`);
}

/** Names the ops that the device leaves to the CPU, if there are any: one step more, before the first, finds them. */
export async function tellPlacement(
  { choice: { device } }: Setting,
  program: TrainProgram,
  step: number,
  { event }: Reporter,
): Promise<void> {
  if (device === 'cpu') return;
  try {
    if (await staysOnDevice(program, device)) return;
    const text = describeFallbacks(await withScratch((scratch) => placement(program, device, scratch)));
    if (text !== undefined) event(step, 'warning', text);
  } catch {} // a run goes on without it; a device that cannot run a step at all is told of by the first one
}
