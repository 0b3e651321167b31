/** Measurements of features, reconstructions and codes. Plain arithmetic: knows no model, no session, no store. */
export { type Interval, meanInterval } from './bootstrap';
export {
  clusterAccuracy,
  contingency,
  type KMeans,
  kMeans,
  nearestCentres,
  normalisedMutualInformation,
  purity,
  wellNamed,
} from './clustering';
export { countCodes, type Usage, usageOf } from './codebook';
export { type Coded, dci, type Factors, mig, mutualInformation, sap } from './disentanglement';
export { betaVaeScore, factorVaeScore } from './factor-votes';
export { alignment, collapseOf, effectiveRank, frechetDistance, uniformity, unitRows } from './geometry';
export { codeHealth, featureHealth, klHealth, type Layer, unitHealth } from './health';
export { type KnnOptions, knn } from './knn';
export { leadingComponents } from './leading';
export { linearProbe, type ProbeResult, penalties } from './linear-probe';
export { type Labelled, type Matrix, silent, type Tick } from './matrix';
export { type Pca, pca, project } from './pca';
export { type ErrorSummary, errorsOf, summarise } from './reconstruction';
