/** The store's public face: records in, records out, in a thread of its own. */
export { explainFsError } from './explain';
export { newId } from './names';
export { editDistance, nearest } from './nearest';
export { isAlive, type Owner, thisProcess } from './owner';
export { openRemoteStore, type RemoteStore } from './remote';
export type { NewRun, Requested, RunBatch, RunEdit } from './runs';
export { openStore, type Store } from './store';
