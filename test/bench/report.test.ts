/** Laws of the report: figures follow from the turns, and table and picture show every one of them. */
import { describe, expect, it } from 'vitest';
import { chart, WIDTH } from '../../bench/chart';
import type { EngineId } from '../../bench/engines/index';
import { PEAK_FLOPS } from '../../bench/engines/peak-flops';
import { type BenchResult, between, rowsOf, type WorkloadResult } from '../../bench/report';
import { fileName, merged } from '../../bench/results';
import type { Contestant } from '../../bench/rounds';
import { table } from '../../bench/table';

const BATCH = 64;

function contestant(engine: EngineId, step: number, more: Partial<Contestant> = {}): Contestant {
  const turns = Array.from({ length: 7 }, (_, round) => ({ wall: step * (1 + round / 100), cpu: step, foreign: 0 }));
  const rest = { batch: BATCH, build: 30, first: 40, losses: [1, 0.5], peak: 300 * 2 ** 20, idle: 60 * 2 ** 20 };
  return { engine, title: `the ${engine}`, threads: 2, turns, ...rest, ...more };
}

const workload: WorkloadResult = {
  id: 'dense',
  title: 'Dense <auto-encoder>',
  batch: BATCH,
  flops: PEAK_FLOPS,
  contestants: [
    contestant('peak', 10),
    contestant('peak-1', 20, { threads: 1 }),
    contestant('pretext', 20),
    contestant('pretext-1', 25, { threads: 1 }),
    contestant('tfjs-wasm', 1000, { threads: 1, losses: [1, 0.501] }),
    contestant('jax-js', 100, { threads: 1, batch: 32, losses: [0.9, 0.4] }),
    contestant('torch', 16),
  ],
  failures: [{ engine: 'tfjs-cpu', title: 'TensorFlow.js cpu', error: 'no kernel `Conv2DBackpropFilter`' }],
  references: { 64: [1, 0.5], 32: [0.9, 0.4] },
  seconds: 12,
};

const result: BenchResult = {
  date: '2026-11-24T10:00:00.000Z',
  quick: false,
  machine: { cpu: 'a & b', cores: 2, node: 'v24' },
  workloads: [workload],
};

const row = (engine: EngineId) => rowsOf(workload).find((found) => found.engine === engine)!;

describe('rows', () => {
  it('say how many times as fast Pretext is, and against one thread where the engine has one', () => {
    expect(row('tfjs-wasm').behind!.median).toBeCloseTo(50);
    expect(row('tfjs-wasm').behindOneThread!.median).toBeCloseTo(40);
    expect(row('torch').behind!.median).toBeCloseTo(0.8);
    expect(row('torch').behindOneThread).toBeUndefined();
  });

  it('compare a smaller batch by item', () => {
    expect(row('jax-js').behind!.median).toBeCloseTo(10); // 100 ms for 32 items, 20 ms for 64
  });

  it('give the share of the peak on as many threads', () => {
    expect(row('pretext').share!.median).toBeCloseTo(0.5);
    expect(row('pretext-1').share!.median).toBeCloseTo(0.8);
    expect(row('peak').share).toBeUndefined();
  });

  it('compare losses with those of Pretext on the same batch, at the step where they differ most', () => {
    expect(row('tfjs-wasm').lossDifference).toBeCloseTo(0.002);
    expect(row('jax-js').lossDifference).toBe(0);
    expect(row('peak').lossDifference).toBeUndefined();
  });
});

describe('table', () => {
  const text = table(result);

  it('has a line for every contestant, with its ratio and spread', () => {
    for (const { title } of workload.contestants) expect(text).toContain(`| ${title}`);
    expect(text).toContain(between(row('torch').behind!));
  });

  it('names a smaller batch', () => {
    expect(text).toContain('the jax-js, batch 32');
  });

  it('quotes why an engine cannot train it', () => {
    expect(text).toContain("TensorFlow.js cpu cannot train it: `no kernel 'Conv2DBackpropFilter'`");
  });

  it('has as many cells in every line as the head', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('|'));
    const cells = (line: string) => line.split('|').length;
    for (const line of lines) expect(cells(line)).toBe(cells(lines[0]!));
  });
});

describe('chart', () => {
  const picture = chart(result);

  it('is well-formed: every tag is closed, every text escaped', () => {
    const open: string[] = [];
    for (const [, closing, name, self] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!self) open.push(name!);
    }
    expect(open).toEqual([]);
    expect(picture).toContain('Dense &#60;auto-encoder&#62;');
    expect(picture).toContain('a &#38; b');
  });

  it('shows every engine by name with its ratio, and says who cannot', () => {
    for (const shown of ['TensorFlow.js wasm', '50.0 ×', 'jax-js wasm', '10.0 ×', 'PyTorch', '0.80 ×']) {
      expect(picture).toContain(`>${shown}<`);
    }
    expect(picture.match(/cannot train it/g)).toHaveLength(1);
  });

  it('puts every mark inside the picture, on a logarithmic scale', () => {
    const centres = [...picture.matchAll(/<circle class="(\w+)" cx="([\d.]+)"/g)].map(([, , x]) => Number(x));
    expect(centres).toHaveLength(3);
    for (const x of centres) expect(x > 0 && x < WIDTH).toBe(true);
    const [tfjs, jax] = centres as [number, number, number];
    const ends = [...picture.matchAll(/class="(?:grid|one)" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    const [one, ten] = ends as [number, number]; // 1 × and 10 × of the left panel
    expect((tfjs - jax) / (ten - one)).toBeCloseTo(Math.log10(5), 2);
  });

  it('marks an engine that is faster than Pretext', () => {
    expect(picture.match(/<circle class="slower"/g)).toHaveLength(1);
    expect(picture.match(/<circle class="faster"/g)).toHaveLength(2);
  });

  it('follows the reader from light to dark', () => {
    expect(picture).toContain('prefers-color-scheme: dark');
  });
});

describe('results', () => {
  it('of parts and quick runs never take the name of a whole run', () => {
    expect(fileName(result, [])).toBe('2026-11-24.json');
    expect(fileName(result, ['bert'])).toBe('2026-11-24-bert.json');
    expect(fileName({ ...result, quick: true }, [])).toBe('2026-11-24-quick.json');
  });

  it('of several runs are one, later workloads in place of earlier ones, in the order of the table', () => {
    const bert = { ...workload, id: 'bert' };
    const again = { ...workload, title: 'again' };
    const whole = merged([
      { ...result, workloads: [bert, workload] },
      { ...result, workloads: [again] },
    ]);
    expect(whole.workloads.map(({ id, title }) => [id, title])).toEqual([
      ['dense', 'again'],
      ['bert', workload.title],
    ]);
  });

  it('of two machines do not mix', () => {
    const other = { ...result, machine: { ...result.machine, cores: 8 } };
    expect(() => merged([result, other])).toThrow('must come from one machine');
  });
});
