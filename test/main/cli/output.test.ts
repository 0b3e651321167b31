import { expect, it } from 'vitest';
import { duration, errorLine, exitOf, table } from '#main/cli/output';
import { createProgress, progressText } from '#main/cli/progress';

it('says an error in one line, with what to do', () => {
  expect(errorLine({ kind: 'failed', message: 'the disk\nis full.', advice: 'free some space.' })).toBe(
    'pretext: the disk is full; free some space\n',
  );
});

it('gives each kind of failure its exit code', () => {
  const codes = (['usage', 'failed', 'cancelled', 'internal'] as const).map((kind) => exitOf({ kind, message: '' }));
  expect(codes).toEqual([2, 1, 130, 1]);
});

it('lines columns up, numbers to the right', () => {
  expect(
    table(
      ['name', 'n'],
      [
        ['a', 1],
        ['long', 100],
      ],
    ),
  ).toBe('name    n\na       1\nlong  100\n');
});

it.each([
  [5, '0:05'],
  [65, '1:05'],
  [3723, '1:02:03'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

const job = (done: number) => ({ title: 'Train x', progress: { done, total: 200, unit: 'steps' }, secondsLeft: 65 });

it.each([
  [{ done: 81, total: 1500, unit: 'steps' }, 'x: 81 of 1500 steps (5 %)'],
  [{ done: 12.7, total: 100, unit: '%' }, 'x: 12 %'],
  [{ done: 7, total: 0, unit: 'files' }, 'x: 7 files'],
  [{ done: 0, total: 0, unit: '' }, 'x'],
])('says %j as %j', (progress, text) => expect(progressText({ title: 'x', progress })).toBe(text));

it('shows a bar on a terminal that never wraps', () => {
  let written = '';
  const progress = createProgress({ write: (text) => (written += text), isTTY: true, columns: 50 });
  progress.show(job(100), 'loss 0.5');
  expect(written).toContain('[############............] Train x: 100 of');
  expect(written.replace('\r\x1b[K', '').length).toBeLessThan(50);
});

it('writes plain lines now and then where there is no terminal', () => {
  let written = '';
  let now = 0;
  const progress = createProgress({ write: (text) => (written += text) }, () => now);
  for (let done = 0; done <= 200; done++, now += 100) progress.show(job(done));
  const lines = written.trimEnd().split('\n');
  expect(lines[0]).toBe('Train x: 0 of 200 steps (0 %), 1:05 left');
  expect(lines).toHaveLength(5); // every 5 s of 20
  expect(written).not.toContain('\r');
});
