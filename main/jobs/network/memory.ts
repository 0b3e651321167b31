/** How much memory a training process takes, from what its program is made of. */

/** The runtime itself with its threads, bytes; measured on Node with onnxruntime 1.30. */
const runtimeBytes = 120e6;
/** The variables, and the copy that a checkpoint is written from. */
const copiesOfVariables = 2;
/** The runtime's allocator doubles its arena whenever it is full: twice as much as is used, measured. */
const arena = 2;

export interface Program {
  variableBytes: number;
  /** The most results alive at once. */
  peakBytes: number;
  inputBytes: number;
}

export const processBytes = ({ variableBytes, peakBytes, inputBytes }: Program): number =>
  Math.round(runtimeBytes + copiesOfVariables * variableBytes + arena * peakBytes + inputBytes);
