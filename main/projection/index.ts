/** Pictures of many-dimensional features in the plane, and how far they may be trusted. Knows no model and no data set. */
export { type Affinities, affinities, conditionals, neighboursFor, symmetric } from './affinities';
export { exactNeighbours, type Neighbours } from './neighbours';
export { procrustes } from './procrustes';
export { type Trust, trust } from './trust';
export { exactUpTo, Tsne, type TsneOptions, type TsneState } from './tsne';
export { defaultEpochs, Umap, type UmapOptions } from './umap';
