/** The process of one JavaScript contestant: builds and steps when asked, measures itself, ends with its stdin. */

import { createInterface } from 'node:readline';
import type { Engine, Running } from './engines/engine';
import type { EngineId } from './engines/index';
import { readFixture } from './fixture';
import { peakMemory, residentMemory } from './memory';
import type { Built, CallName, Hello, Question, Stepped } from './protocol';

/** Only the engine that is asked for is loaded, so that memory and start are its own. */
const engines: Partial<Record<EngineId, (threads: number) => Promise<Engine>>> = {
  peak: async (threads) => (await import('./engines/peak')).peakEngine(threads),
  'peak-1': async (threads) => (await import('./engines/peak')).peakEngine(threads),
  pretext: async (threads) => (await import('./engines/pretext')).pretextEngine('cpu', threads),
  'pretext-1': async (threads) => (await import('./engines/pretext')).pretextEngine('cpu', threads),
  'pretext-webgpu': async (threads) => (await import('./engines/pretext')).pretextEngine('webgpu', threads),
  'tfjs-wasm': async () => (await import('./engines/tfjs')).tfjsEngine('wasm'),
  'tfjs-cpu': async () => (await import('./engines/tfjs')).tfjsEngine('cpu'),
  'jax-js': async () => (await import('./engines/jax-js')).jaxJsEngine(),
};

let engine: Engine | undefined;
let running: Running | undefined;

async function hello(): Promise<Hello> {
  const [, , id, threads] = process.argv;
  const open = engines[id as EngineId];
  if (!open) throw new Error(`child: no engine ${id}`);
  engine = await open(Number(threads));
  return { title: engine.title, threads: engine.threads, idle: residentMemory() };
}

async function build(folder: string): Promise<Built> {
  const fixture = readFixture(folder);
  const start = performance.now();
  running = await engine!.build(fixture);
  const built = performance.now();
  const loss = await running.step();
  return { build: built - start, first: performance.now() - built, loss };
}

async function step(steps: number): Promise<Stepped> {
  const [own, start] = [process.cpuUsage(), performance.now()];
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await running!.step());
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(own);
  return { wall, cpu: (user + system) / 1000, losses };
}

async function answer(question: Question): Promise<object> {
  switch (question.call) {
    case 'hello':
      return hello();
    case 'build':
      return build(question.fixture);
    case 'step':
      return step(question.steps);
    case 'memory':
      return { peak: peakMemory() };
    case 'profile':
      throw new Error('profile: this engine has no profiler of its own');
  }
}

const reply = process.stdout.write.bind(process.stdout);
// What libraries print is no answer.
console.log = console.error;
console.info = console.error;
console.warn = console.error;

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question & { call: CallName };
  try {
    reply(`${JSON.stringify(await answer(question))}\n`);
  } catch (error) {
    reply(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  }
}
process.exit(0);
