/** Positions are int32 everywhere: ONNX's own int64 would drag what follows from WebGPU to the CPU and back. */

import type { Emitter } from '../onnx/emitter';
import { dataTypes } from '../onnx/encode';
import type { Dim } from '../shape';
import { isFixed } from '../shape';

/** int64 positions below `size` as int32. WebGPU cannot cast from int64, but it reads a table 0, 1, 2 … with it. */
export function narrowed(emit: Emitter, positions: string, size: Dim): string {
  if (emit.target !== 'webgpu' || !isFixed(size)) return emit.node('Cast', [positions], { to: dataTypes.int32 });
  return emit.node('Gather', [counting(emit, 0, size, 1), positions], { axis: 0 });
}

/** The constant from, from + step, … below (above, for a negative step) `to`. */
export function counting(emit: Emitter, from: number, to: number, step: number): string {
  const length = Math.ceil((to - from) / step);
  return emit.constant(
    Int32Array.from({ length }, (_, i) => from + i * step),
    [length],
    'int32',
  );
}
