/** Damaged and hostile versions of a good file: each a pure function of its number, so that a case can be repeated. */
import { stream } from '#main/engine/random';

/** A source of whole numbers below a bound. */
type Draw = (below: number) => number;

function drawOf(seed: string, number: number): Draw {
  const random = stream(7).split(seed).split(number);
  let at = 0;
  return (below) => Math.min(below - 1, Math.floor(random.split(at++).uniform(1)[0]! * below));
}

/** Bytes that lengths and counts break on: nothing, all, the sign, and a length that goes on for ever. */
const hostile = [0x00, 0xff, 0x7f, 0x80, 0x01, 0xfe];

/** Version `number` of a file: cut short, bits turned, lengths overwritten, pieces doubled, moved, left out or inserted. */
export function damaged(file: Uint8Array, seed: string, number: number): Uint8Array<ArrayBuffer> {
  const draw = drawOf(seed, number);
  let bytes = new Uint8Array(file);
  // Headers are where files break: half of all changes go into the first 256 bytes.
  const place = () =>
    draw(2) === 0 ? draw(Math.min(256, Math.max(1, bytes.length))) : draw(Math.max(1, bytes.length));
  const changes = 1 + draw(4);
  for (let change = 0; change < changes; change++) {
    const at = place();
    const length = 1 + draw(16);
    const kind = draw(8);
    if (kind === 0) bytes = bytes.slice(0, draw(bytes.length + 1));
    else if (kind <= 2) bytes[at] = bytes[at]! ^ (1 << draw(8));
    else if (kind === 3) bytes.fill(hostile[draw(hostile.length)]!, at, at + length);
    else if (kind === 4) bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
    else if (kind === 5) bytes = joined(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length)));
    else if (kind === 6)
      bytes = joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => draw(256)),
        bytes.subarray(at),
      );
    else bytes[at] = draw(256);
  }
  return bytes;
}

const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const hostileValues: unknown[] = [
  ...[-1, 0, 1e308, -1e308, 2 ** 53, 1.5, null, true, '', [], {}, '\u0000', 'x'.repeat(10_000), 4_000_000_000, -0],
  ...[{ type: 'Sequence' }, { Regex: '(a+)+$' }, { Regex: '[' }, '../../etc/passwd', [[[[[[[[[]]]]]]]]]],
];

/** Version `number` of a JSON text: half of them damaged as bytes, half still JSON but with parts that make no sense. */
export function damagedJson(text: string, seed: string, number: number): string {
  if (number % 2 === 0) return Buffer.from(damaged(Buffer.from(text), seed, number)).toString('utf8');
  const draw = drawOf(seed, number);
  const json: unknown = JSON.parse(text);
  for (let change = 0; change <= draw(3); change++) {
    const holder = holderIn(json, draw);
    if (!holder) continue;
    const keys = Object.keys(holder);
    const key = keys[draw(keys.length)]!;
    const kind = draw(4);
    if (kind === 0) delete holder[key];
    else if (kind === 1) holder[key] = holder[keys[draw(keys.length)]!];
    else holder[key] = hostileValues[draw(hostileValues.length)];
  }
  const written = JSON.stringify(json);
  if (number % 101 === 1) return `${'['.repeat(50_000)}${written}`; // a bomb of brackets
  if (number % 103 === 1) return written.replace(/\d+/, 'NaN');
  return written;
}

/** An object or list somewhere in a tree; each step down by chance. */
function holderIn(json: unknown, draw: Draw): Record<string, unknown> | undefined {
  let at = json;
  let found: Record<string, unknown> | undefined;
  while (typeof at === 'object' && at !== null && Object.keys(at).length > 0) {
    found = at as Record<string, unknown>;
    if (draw(3) === 0) break;
    const keys = Object.keys(found);
    at = found[keys[draw(keys.length)]!];
  }
  return found;
}

export interface Outcome {
  loaded: number;
  /** Cases in the words of the error, a few of each. */
  refused: Map<string, number>;
}

/**
 * Tries `count` versions. Each must load or be refused by an error that `isClear` accepts, within two seconds of work
 * and without holding on to memory.
 *
 * @throws Error that names the case
 */
export async function fuzz(
  count: number,
  open: (number: number) => unknown,
  isClear: (error: unknown) => boolean,
): Promise<Outcome> {
  const outcome: Outcome = { loaded: 0, refused: new Map() };
  for (let number = 0; number < count; number++) {
    const before = process.cpuUsage();
    try {
      await open(number);
      outcome.loaded++;
    } catch (error) {
      if (!isClear(error)) throw new Error(`case ${number} is not refused in words`, { cause: error });
      const words = (error as Error).message.replaceAll(/[\d“”"'][^ ]*/g, '…').slice(-60);
      outcome.refused.set(words, (outcome.refused.get(words) ?? 0) + 1);
    }
    const { user, system } = process.cpuUsage(before);
    if (user + system > 2e6) throw new Error(`case ${number} took ${(user + system) / 1e6} s`);
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    if (arrayBuffers + heapUsed > 1.5e9)
      throw new Error(`after case ${number}, ${arrayBuffers + heapUsed} bytes are held`);
  }
  return outcome;
}
