/** The log of a run as lines: filtered, newest first. */
import type { RunEvent } from '#app/records/run';

export type LogKind = 'all' | 'validation' | 'warnings';

export const levelWords: Record<RunEvent['level'], string> = {
  info: 'info',
  validation: 'val',
  checkpoint: 'ckpt',
  warning: 'warn',
  error: 'error',
};

const isWarning = ({ level }: RunEvent) => level === 'warning' || level === 'error';
export const warningCount = (events: readonly RunEvent[]): number => events.filter(isWarning).length;

/** Every word of `text` must occur in an event's words or step. */
export function filterLog(events: readonly RunEvent[], kind: LogKind, text: string): RunEvent[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return events
    .filter((event) => kind === 'all' || (kind === 'validation' ? event.level === 'validation' : isWarning(event)))
    .filter((event) => {
      const line = `${levelWords[event.level]} ${event.step} ${event.text}`.toLowerCase();
      return words.every((word) => line.includes(word));
    })
    .reverse();
}

/** 14:06:58, local. */
export const clockTime = (time: number): string => new Date(time).toTimeString().slice(0, 8);

/** The whole log as text, oldest first, times in UTC. */
export const logText = (events: readonly RunEvent[]): string =>
  `${events.map(({ time, step, level, text }) => `${new Date(time).toISOString()}\t${step}\t${levelWords[level]}\t${text}`).join('\n')}\n`;
