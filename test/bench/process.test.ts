/** Laws of a contestant's process: it answers, fails in its own words, or is given up. */
import { afterEach, expect, it } from 'vitest';
import { ContestantProcess } from '../../bench/process';

/** A contestant as one line of JavaScript that sees each question as `ask`. */
function contestant(body: string): ContestantProcess {
  const script = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const ask = JSON.parse(line);
      const reply = (answer) => console.log(JSON.stringify(answer));
      ${body}
    });`;
  opened = new ContestantProcess({ command: process.execPath, args: ['-e', script], env: {} });
  return opened;
}

let opened: ContestantProcess | undefined;
afterEach(() => opened?.close());

it('answers one question after the other', async () => {
  const child = contestant('reply({ wall: ask.steps, cpu: 0, losses: [] })');
  expect((await child.ask('step', { steps: 3 }, 10)).wall).toBe(3);
  expect((await child.ask('step', { steps: 4 }, 10)).wall).toBe(4);
});

it('throws what the engine says it cannot do', async () => {
  const child = contestant(`reply({ error: "no kernel Conv2DBackpropFilter" })`);
  await expect(child.ask('build', { fixture: '' }, 10)).rejects.toThrow('no kernel Conv2DBackpropFilter');
});

it('says what the process wrote last when it ends without an answer', async () => {
  const child = contestant(`console.error('out of memory'); process.exitCode = 1; process.stdin.destroy()`);
  await expect(child.ask('build', { fixture: '' }, 10)).rejects.toThrow('its process ended: out of memory');
});

it('ends a process that takes too long, and says so', async () => {
  const child = contestant('');
  await expect(child.ask('hello', {}, 0.3)).rejects.toThrow('no answer within 0.3 s');
  await child.close();
});

it('says that a program does not exist', async () => {
  opened = new ContestantProcess({ command: 'no-such-interpreter', args: [], env: {} });
  await expect(opened.ask('hello', {}, 10)).rejects.toThrow('no-such-interpreter');
});
