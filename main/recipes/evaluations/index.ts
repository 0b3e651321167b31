/** Evaluations by what they measure, for recipes to name: `evaluations: { ...ofItems, ...ofRepresentations }`. */
import { clusteringEvaluation } from './clustering';
import { codebookEvaluation } from './codebook';
import { disentanglementEvaluation } from './disentanglement';
import { fewLabelEvaluation } from './few-label';
import { generationEvaluation } from './generation';
import { geometryEvaluation } from './geometry';
import { knnEvaluation } from './knn';
import { linearProbeEvaluation } from './linear-probe';
import { reconstructionEvaluation } from './reconstruction';

/** Needs the head `reconstruct`: x → y. */
export const ofItems = { reconstruction: reconstructionEvaluation };

/** Needs the head `embed`: x → embedding. */
export const ofRepresentations = {
  'linear-probe': linearProbeEvaluation,
  knn: knnEvaluation,
  'few-label': fewLabelEvaluation,
  clustering: clusteringEvaluation,
  geometry: geometryEvaluation,
};

/** Needs the head `embed`, of a few numbers, and data with known factors. */
export const ofDimensions = { disentanglement: disentanglementEvaluation };

/** Needs the head `codes`: x → codes. */
export const ofCodes = { codebook: codebookEvaluation };

/** Needs the head `sample`, which draws from chance alone: → y. */
export const ofSamples = { generation: generationEvaluation };
