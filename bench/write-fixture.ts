/** Writes the fixture of a workload: Pretext's compiler names the weights, and its seeds make them. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTrainStep } from '#main/engine/compile';
import type { TypedArray } from '#main/engine/session/runtime';
import { startValues } from '#main/engine/session/variables';
import { optimizer } from './engines/optimizer';
import type { Fixture } from './fixture';
import { SEED } from './workload';
import { entryOf } from './workloads';

const ALIGNMENT = 64; // bytes: NumPy and typed arrays may then view the file where it lies

export function writeFixture(folder: string, workload: string, batch: number): Fixture {
  const { model, settings, learningRate, step, title: _, ...rest } = entryOf(workload).make(batch);
  const program = compileTrainStep({ ...step, optimizer, device: 'cpu' });
  const parameters = program.variables.filter(({ kind }) => kind === 'parameter');
  const values = startValues(parameters, SEED);
  const chunks: Uint8Array[] = [];
  let at = 0;
  const put = (data: TypedArray): number => {
    const start = at;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const padding = -bytes.length & (ALIGNMENT - 1);
    chunks.push(bytes, new Uint8Array(padding));
    at += bytes.length + padding;
    return start;
  };
  const weights = parameters.map(({ name, dtype, shape }) => ({ name, dtype, shape, at: put(values.get(name)!) }));
  const feeds = Object.entries(rest.feeds()).map(([name, data]) => {
    const { dtype, shape } = step.inputs[name]!;
    return { name, dtype, shape: shape.map(Number), at: put(data) };
  });
  const fixture = { workload, model, settings, batch, learningRate, weights, feeds, flops: program.flops };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'data.bin'), Buffer.concat(chunks));
  writeFileSync(join(folder, 'fixture.json'), JSON.stringify(fixture));
  return fixture;
}
