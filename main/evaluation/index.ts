/** Measurements of features, reconstructions and codes. Plain arithmetic: knows no model, no session, no store. */
export { countCodes, type Usage, usageOf } from './codebook';
export { type KnnOptions, knn } from './knn';
export { linearProbe, type ProbeResult, penalties } from './linear-probe';
export { type Labelled, type Matrix, silent, type Tick } from './matrix';
export { type ErrorSummary, errorsOf, summarise } from './reconstruction';
