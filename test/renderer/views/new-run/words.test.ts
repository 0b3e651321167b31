import { describe, expect, it } from 'vitest';
import { deviceName, fastest } from '#renderer/views/new-run/devices';
import { fitsSegment, shortNumber } from '#renderer/views/new-run/field-words';
import { formulaParts } from '#renderer/views/new-run/formula';

describe('formulas', () => {
  it('are taken apart into text, norms, subscripts and superscripts, in order and without loss', () => {
    expect(formulaParts('β‖z_e − sg[e]‖²')).toEqual([
      { kind: 'text', text: 'β' },
      { kind: 'norm', text: '‖' },
      { kind: 'text', text: 'z' },
      { kind: 'sub', text: 'e' },
      { kind: 'text', text: ' − sg[e]' },
      { kind: 'norm', text: '‖' },
      { kind: 'sup', text: '2' },
    ]);
    expect(formulaParts('a _ b')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'text', text: '_' },
      { kind: 'text', text: ' b' },
    ]);
    expect(formulaParts('')).toEqual([]);
  });
});

describe('the fastest device', () => {
  const cpu = { device: 'cpu', label: 'CPU', seconds: 240 } as const;
  const gpu = { device: 'webgpu', label: 'WebGPU' } as const;

  it('is the one with the least time; without a time none wins over one that has it', () => {
    expect(fastest([cpu, gpu])).toBe('cpu');
    expect(fastest([gpu, cpu])).toBe('cpu');
    expect(fastest([cpu, { ...gpu, seconds: 20 }])).toBe('webgpu');
    expect(fastest([cpu, { ...gpu, seconds: 20, unavailable: 'no adapter' }])).toBe('cpu');
    expect(fastest([gpu, { device: 'cpu', label: 'CPU' }])).toBe('webgpu');
    expect(fastest([])).toBeUndefined();
  });

  it('is called by its kind and by what the machine calls it', () => {
    const devices = [
      { device: 'cpu', label: 'AMD Ryzen 7', available: true, default: true },
      { device: 'webgpu', label: 'Graphics card (WebGPU)', available: true, default: false },
    ] as const;
    const doctor = { threads: 8, devices: [...devices] };
    expect(deviceName(cpu, doctor)).toEqual({ kind: 'CPU', which: 'AMD Ryzen 7 · 8 threads' });
    expect(deviceName(gpu, doctor)).toEqual({ kind: 'GPU', which: 'WebGPU' });
    expect(deviceName(cpu, undefined)).toEqual({ kind: 'CPU', which: '' });
  });
});

describe('values of settings', () => {
  it('are as short as loses nothing', () => {
    expect([64, 1024, 1500, 10_000, 0.25, 0.01, 0.002, 1e-4, 0].map(shortNumber)).toEqual([
      '64',
      '1024',
      '1.5k',
      '10k',
      '0.25',
      '0.01',
      '2e-3',
      '1e-4',
      '0',
    ]);
  });

  it('choices that are too long for one line become a list', () => {
    const of = (...labels: string[]) => labels.map((label) => ({ label }));
    expect(fitsSegment(of('Running averages', 'Gradient'))).toBe(true);
    expect(fitsSegment(of('Encoded items', 'Small uniform ±1/K', 'N(0, 1)'))).toBe(false);
    expect(fitsSegment(of('a', 'b', 'c', 'd'))).toBe(false);
  });
});
