/** Heads: the ways to use a trained model, each compiled when it is first asked for. */
import type { Device } from '#app/records/run';
import { compileForward, type ForwardProgram } from '#main/engine/compile';
import type { Scope } from '#main/engine/scope';
import { batchDim } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import type { Head } from './recipe';

export interface HeadOptions {
  title: string;
  /** Shapes without the batch dimension. */
  inputs: Head['inputs'];
  /** The model itself; every input and output leads with the batch dimension. */
  outputs(scope: Scope, inputs: Record<string, Tensor>): Record<string, Tensor>;
  draw?: Head['draw'];
}

/** Heads by id. Output shapes come from tracing the model, so they cannot differ from what it gives. */
export function headsOf(options: Record<string, HeadOptions>): Record<string, Head> {
  return Object.fromEntries(Object.entries(options).map(([id, head]) => [id, headOf(id, head)]));
}

function headOf(id: string, { title, inputs, outputs, draw }: HeadOptions): Head {
  const batched = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [name, { dtype, shape: [batchDim, ...shape] }]),
  );
  const compiled = new Map<Device, ForwardProgram>();
  const program = (device: Device): ForwardProgram => {
    const known = compiled.get(device) ?? compileForward({ inputs: batched, outputs, device });
    compiled.set(device, known);
    return known;
  };
  return {
    id,
    title,
    inputs,
    get outputs() {
      return Object.fromEntries(
        Object.entries(program('cpu').outputs).map(([name, { dtype, shape }]) => [
          name,
          { dtype: dtype === 'int32' ? 'int32' : 'float32', shape: shape.slice(1).map(Number) } as const,
        ]),
      );
    },
    program,
    model: outputs,
    ...(draw && { draw }),
  };
}
