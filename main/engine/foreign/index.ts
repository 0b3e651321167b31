/** The door of this part of the engine: ONNX files that others made, read, checked, tried and adapted. */

export { describeOnnx, fedInputs, type OnnxDescription, type OnnxValueInfo } from '../onnx/read';
export { externalFiles, type Stretch, takeIn } from './external';
export { parseOnnx } from './parse';
export type { Layout, PictureInput, PictureProgram, PictureSize } from './picture';
export { pictureInput, pictureOutput, pictureProgram } from './picture';
export { foreignProgram, writeOnnx } from './program';
export { redrawWeights } from './redraw';
export { penultimate, valuesOf } from './rewrite';
export { type Fed, type FedType, type Given, type Trial, tryForeign } from './trial';
