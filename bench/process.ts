/** One contestant in a process of its own: it works only between a question and its answer, so that turns are alone. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Start } from './engines/index';
import type { Answer, CallName, Calls } from './protocol';

/** How much of what a contestant wrote on stderr is kept for a report of its end. */
const KEPT = 2000; // characters

export class ContestantProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  constructor({ command, args, env }: Start) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env } });
    this.#child.on('error', (error) => this.#hear(error.message)); // no such program; its stdout ends too
    this.#child.stdin.on('error', () => {}); // it has ended: the missing answer tells
    this.#child.stderr.on('data', (data: Buffer) => this.#hear(data.toString()));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  #hear(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-KEPT);
  }

  /** Throws what the contestant answers as its error, and when it ends or takes longer than `patience` seconds. */
  async ask<N extends CallName>(call: N, ask: Calls[N]['ask'], patience: number): Promise<Calls[N]['answer']> {
    this.#child.stdin.write(`${JSON.stringify({ call, ...ask })}\n`);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#child.kill('SIGKILL');
    }, patience * 1000);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (late) throw new Error(`no answer within ${patience} s`);
    if (done) throw new Error(`its process ended: ${lastLine(this.#stderr) ?? 'it said nothing'}`);
    const answer = JSON.parse(value) as Answer<N>;
    if ('error' in answer) throw new Error(answer.error);
    return answer as Calls[N]['answer'];
  }

  /** Ends the process and waits until its memory is free again. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    this.#child.stdin.end();
    await ended;
    clearTimeout(timer);
  }
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1) || undefined;
