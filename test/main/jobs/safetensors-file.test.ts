/** every-type.safetensors was written by the reference library: scripts/pretrained-fixtures.py. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeSafetensors } from '#main/jobs/safetensors';
import { openSafetensors } from '#main/jobs/safetensors-file';
import { repeatedName } from '#main/jobs/safetensors-header';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pretext-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('every element type is read as the reference wrote it', async () => {
  const file = await openSafetensors('test/fixtures/every-type.safetensors');
  const data = async (name: string) => [...(await file.read(name)).data];
  expect(file.metadata).toEqual({ made: 'by safetensors' });
  expect(await data('f64')).toEqual([1.5, -2.25e100]);
  const smallest = 2 ** -24;
  expect(await data('f16')).toEqual([
    ...[1, -0.5, 65504, smallest, 6.097555160522461e-5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ...[Number.NaN, -0],
  ]);
  expect(await data('bf16')).toEqual([
    ...[1, -3.140625, 9.969209968386869e37, 1.0101904577379033e-39, Number.POSITIVE_INFINITY, Number.NaN],
  ]);
  expect(await data('i64')).toEqual([2n ** 62n, -(2n ** 63n)]);
  expect(await data('u64')).toEqual([2n ** 64n - 1n]);
  expect(await data('i32')).toEqual([-(2 ** 31), 7]);
  expect(await data('u32')).toEqual([2 ** 32 - 1]);
  expect(await data('i16')).toEqual([-32768, 3]);
  expect(await data('u16')).toEqual([65535]);
  expect(await data('i8')).toEqual([-128, 127]);
  expect(await data('u8')).toEqual([0, 255]);
  expect(await file.read('bool')).toEqual({ dtype: 'BOOL', shape: [2, 1], data: Uint8Array.of(1, 0) });
  expect(await file.read('scalar')).toMatchObject({ shape: [], data: Float32Array.of(0.1) });
  expect(await file.read('empty')).toMatchObject({ shape: [0, 4], data: new Float32Array(0) });
  await file.close();
});

it('floats of any width come as float32; whole numbers are no floats', async () => {
  const file = await openSafetensors('test/fixtures/every-type.safetensors');
  for (const name of ['f64', 'f16', 'bf16', 'scalar'])
    expect((await file.floats(name)).data).toBeInstanceOf(Float32Array);
  await expect(file.floats('i64')).rejects.toThrow('tensor “i64” must be of floats, got I64');
  await expect(file.read('nope')).rejects.toThrow('has no tensor “nope”');
  await file.close();
});

it('every half float there is has the value that its bits say', async () => {
  const path = join(folder, 'halves.safetensors');
  const json = Buffer.from(JSON.stringify({ all: { dtype: 'F16', shape: [65536], data_offsets: [0, 131072] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  await writeFile(path, Buffer.concat([length, json, Buffer.from(halves.buffer)]));
  const file = await openSafetensors(path);
  const { data } = await file.floats('all');
  for (let bits = 0; bits < 65536; bits++) {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    const finite = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    const wanted = exponent < 31 ? sign * finite : fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    if (!Object.is(data[bits], wanted)) expect(data[bits], `half ${bits}`).toBe(wanted);
  }
  await file.close();
});

it('a file that shrinks after it was opened is told, not read beyond', async () => {
  const path = join(folder, 'shrinks.safetensors');
  const data = new Float32Array(1000);
  const [head, ...pieces] = encodeSafetensors(new Map([['w', { dtype: 'float32', shape: [1000], data }]]));
  await writeFile(path, Buffer.concat([head!, ...pieces]));
  const file = await openSafetensors(path);
  await truncate(path, head!.length + 100);
  await expect(file.read('w')).rejects.toThrow('was cut short while it was read');
  await file.close();
});

it('a name that stands twice in a header is found, whatever is nested or escaped around it', () => {
  expect(repeatedName('{"a":{"a":1,"b":[{"a":2}]},"b":"a:a","c":{}}')).toBeUndefined();
  expect(repeatedName('{"a":{"x":1},"b":{},"a":{}}')).toBe('a');
  expect(repeatedName('{"a\\"":1,"b":"}{","\\u0061\\"":2}')).toBe('a"');
});
