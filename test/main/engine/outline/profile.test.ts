import { describe, expect, it } from 'vitest';
import { readProfile } from '#main/engine/outline/profile';

const event = (cat: string, name: string, ts: number, dur: number, op = '') => ({
  cat,
  name,
  ts,
  dur,
  args: { op_name: op },
});
const run = (ts: number) => event('Session', 'model_run', ts, 100);
const kernel = (name: string, ts: number, dur: number, op: string) => event('Node', `${name}_kernel_time`, ts, dur, op);

describe('a profile', () => {
  const read = readProfile(
    JSON.stringify([
      event('Session', 'session_initialization', 0, 9),
      kernel('7:Gemm_/7:v3', 11, 99, 'Gemm'), // of the first run: the caches were cold
      run(10),
      kernel('7:Gemm_/7:v3', 210, 40, 'Gemm'),
      kernel('12:Add_next:w', 260, 10, 'Add'),
      run(200),
      kernel('7:Gemm_/7:v3', 401, 60, 'Gemm'),
      kernel('/9:v5_nchwc', 462, 5, 'Conv'),
      kernel('ReorderOutput_token_1', 470, 3, 'ReorderOutput'),
      run(400),
    ]),
  );

  it('leaves the first run out and takes the mean of the others', () => {
    expect(read.steps).toBe(2);
    expect(read.secondsPerStep).toBeCloseTo(100e-6, 12);
    expect(read.secondsOf.get(7)).toBeCloseTo(50e-6, 12);
  });

  it('leads from the names of kernels back to nodes, also through names that the runtime changed', () => {
    expect([...read.secondsOf.keys()].sort((a, b) => a - b)).toEqual([7, 9, 12]);
    expect(read.secondsOf.get(9)).toBeCloseTo(2.5e-6, 12);
  });

  it('does not hide what belongs to no node', () => {
    expect(read.unknownSeconds).toBeCloseTo(1.5e-6, 12);
  });

  it('sums up operators, the longest first', () => {
    expect(read.operators.map(({ operator }) => operator)).toEqual(['Gemm', 'Add', 'Conv', 'ReorderOutput']);
    expect(read.operators[0]!.calls).toBe(1);
  });
});

it('the time of a loop is not counted again for the kernels of its body', () => {
  const { secondsOf, operators } = readProfile(
    JSON.stringify([
      run(0),
      kernel('5:MatMul_/5:v8', 212, 20, 'MatMul'), // written before the loop that it is part of
      kernel('5:Scan_/5:v7', 210, 60, 'Scan'),
      kernel('6:Add_/6:v9', 271, 4, 'Add'),
      run(200),
    ]),
  );
  expect(secondsOf.get(5)).toBeCloseTo(60e-6, 12);
  expect(operators.map(({ operator }) => operator)).toEqual(['Scan', 'Add']);
});

it('says what is wrong with a text that is no profile', () => {
  expect(() => readProfile('[{"cat":')).toThrow('readProfile: the profile is not whole');
  expect(() => readProfile('{}')).toThrow('readProfile: a profile is a list of events');
  expect(() => readProfile(JSON.stringify([run(1)]))).toThrow('at least two runs, of which the first warms up, got 1');
});
