/** The states of a run and of a job as the window says them: an icon, a word and a colour, never colour alone. */

export type Status = 'queued' | 'running' | 'paused' | 'interrupted' | 'finished' | 'failed' | 'cancelled';

export interface StatusLook {
  word: string;
  icon: string;
  tone: 'f2' | 'f3' | 'fa' | 'ok' | 'warn' | 'err';
}

export const statusLooks: Record<Status, StatusLook> = {
  queued: { word: 'Queued', icon: 'clock', tone: 'f2' },
  running: { word: 'Training', icon: 'play', tone: 'fa' },
  paused: { word: 'Paused', icon: 'pause', tone: 'warn' },
  interrupted: { word: 'Interrupted', icon: 'warn', tone: 'warn' },
  finished: { word: 'Done', icon: 'okc', tone: 'ok' },
  failed: { word: 'Failed', icon: 'err', tone: 'err' },
  cancelled: { word: 'Stopped', icon: 'stop', tone: 'f2' },
};
