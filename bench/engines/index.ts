/** The engines that compete: how the process of each is started. */

export type EngineId =
  | 'peak'
  | 'peak-1'
  | 'pretext'
  | 'pretext-1'
  | 'pretext-webgpu'
  | 'tfjs-wasm'
  | 'tfjs-cpu'
  | 'jax-js'
  | 'torch'
  | 'jax'
  | 'tensorflow'
  | 'torch-cuda';

export interface EngineEntry {
  readonly id: EngineId;
  /** Its short name in tables and charts. */
  readonly name: string;
  readonly kind: 'peak' | 'pretext' | 'javascript' | 'python';
  readonly device: 'cpu' | 'gpu';
  /** Set when it is held to one thread. */
  readonly threads?: 1;
}

export const engines: readonly EngineEntry[] = [
  { id: 'peak', name: 'matrix product 1024³', kind: 'peak', device: 'cpu' },
  { id: 'peak-1', name: 'matrix product 1024³, 1 thread', kind: 'peak', device: 'cpu', threads: 1 },
  { id: 'pretext', name: 'Pretext', kind: 'pretext', device: 'cpu' },
  { id: 'pretext-1', name: 'Pretext, 1 thread', kind: 'pretext', device: 'cpu', threads: 1 },
  { id: 'tfjs-wasm', name: 'TensorFlow.js wasm', kind: 'javascript', device: 'cpu', threads: 1 },
  { id: 'tfjs-cpu', name: 'TensorFlow.js cpu', kind: 'javascript', device: 'cpu', threads: 1 },
  { id: 'jax-js', name: 'jax-js wasm', kind: 'javascript', device: 'cpu', threads: 1 },
  { id: 'torch', name: 'PyTorch', kind: 'python', device: 'cpu' },
  { id: 'jax', name: 'JAX', kind: 'python', device: 'cpu' },
  { id: 'tensorflow', name: 'TensorFlow', kind: 'python', device: 'cpu' },
  { id: 'pretext-webgpu', name: 'Pretext webgpu', kind: 'pretext', device: 'gpu' },
  { id: 'torch-cuda', name: 'PyTorch CUDA', kind: 'python', device: 'gpu' },
];

/** Where scripts/bench.mjs puts child.ts; the bench runs in the repository's root. */
const CHILD = 'out/bench/child.js';

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const scripts: Partial<Record<EngineId, string>> = {
  torch: 'torch_engine.py',
  'torch-cuda': 'torch_engine.py',
  jax: 'jax_engine.py',
  tensorflow: 'tensorflow_engine.py',
};

/** How to start the engine's process; undefined for a Python engine when no interpreter is named. */
export function startOf({ id, kind, device, threads }: EngineEntry, cores: number, python?: string): Start | undefined {
  const count = String(threads ?? cores);
  if (kind !== 'python') {
    return { command: process.execPath, args: ['--enable-source-maps', CHILD, id, count], env: {} };
  }
  if (!python) return undefined;
  const script = `bench/python/${scripts[id]}`;
  const env = { OMP_NUM_THREADS: count, TF_CPP_MIN_LOG_LEVEL: '3', PYTHONDONTWRITEBYTECODE: '1' };
  return { command: python, args: ['-u', script, device === 'gpu' ? 'cuda' : 'cpu', count], env };
}
