/** Weights that lie in files beside an ONNX file: which bytes of which file, checked before any of them is read. */

import type { ModelProto, TensorProto } from 'onnx-buf';
import { TensorProto_DataLocation } from 'onnx-buf';
import { bytesNeeded, graphsOf, isExternal, tensorsOf } from './parse';

/** One stretch of a file beside the model. */
export interface Stretch {
  /** A plain file name: it lies in the model's own folder. */
  file: string;
  offset: number;
  length: number;
}

interface External {
  tensor: TensorProto;
  who: string;
  stretch: Stretch;
}

/** Names of the files that the model needs beside itself; none for most models. */
export const externalFiles = (model: ModelProto): string[] => [
  ...new Set(externals(model).map(({ stretch }) => stretch.file)),
];

/** Puts the numbers that lie outside into the model itself. `read` returns exactly the bytes it is asked for. */
export async function takeIn(model: ModelProto, read: (stretch: Stretch) => Promise<Uint8Array>): Promise<void> {
  for (const { tensor, who, stretch } of externals(model)) {
    const bytes = await read(stretch);
    if (bytes.length !== stretch.length)
      throw new Error(
        `${who} needs bytes ${stretch.offset} to ${stretch.offset + stretch.length} of ${stretch.file}, which ends before`,
      );
    tensor.rawData = new Uint8Array(bytes);
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  }
}

function externals({ graph }: ModelProto): External[] {
  const found: External[] = [];
  for (const one of graphsOf(graph!)) {
    const tensors = [...one.initializer, ...one.node.flatMap(({ attribute }) => attribute.flatMap(tensorsOf))];
    for (const tensor of tensors.filter(isExternal)) found.push(externalOf(tensor));
  }
  return found;
}

function externalOf(tensor: TensorProto): External {
  const who = `its weight “${tensor.name}”`;
  const facts = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const file = facts.get('location') ?? '';
  // Only the model's own folder: a path could name any file of this machine.
  if (file === '' || /[/\\\0]/.test(file) || file === '.' || file === '..')
    throw new Error(`${who} lies in “${file}”, but it must lie in a file of the model's own folder`);
  const needed = bytesNeeded(tensor, who);
  if (needed === undefined) throw new Error(`${who} is of texts, which cannot lie in another file`);
  const offset = countOf(facts.get('offset') ?? '0', `${who}: its offset in ${file}`);
  const length = countOf(facts.get('length') ?? String(needed), `${who}: its length in ${file}`);
  if (length !== needed) throw new Error(`${who} of shape [${tensor.dims}] needs ${needed} bytes, but names ${length}`);
  return { tensor, who, stretch: { file, offset, length } };
}

function countOf(text: string, who: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new Error(`${who} must be a count of bytes, got “${text}”`);
}
