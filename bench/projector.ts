/** `npm run bench -- projector [points …]`: the time of each method of the projector, of 10,000 and 100,000 vectors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { timeMethods } from './projector/methods';

const asked = process.argv.slice(2).map(Number);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores`);
const times = [];
for (const points of asked.length > 0 ? asked : [10_000, 100_000]) times.push(await timeMethods(points));
const date = new Date().toISOString();
mkdirSync('bench/results', { recursive: true });
const file = `bench/results/projector-${date.slice(0, 10)}.json`;
writeFileSync(file, `${JSON.stringify({ date, machine, times }, null, 2)}\n`);
console.log(`Written to ${file}`);
