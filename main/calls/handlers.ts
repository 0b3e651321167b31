/** Every call of the contract with its handler: one that is missing does not compile. */
import type { AllHandlers } from '#app/contract';
import { anomalyCalls, createAnomalies } from './anomaly';
import { appCalls } from './app';
import { codebookCalls, createCodebooks } from './codebook';
import { datasetCalls } from './datasets';
import { generatorCalls } from './generator';
import { jobCalls } from './jobs';
import { latentCalls } from './latent';
import { modelCalls } from './models';
import { networkCalls } from './network';
import { projectorCalls } from './projector';
import { projectCalls } from './projects';
import { recipeCalls } from './recipes';
import { reportCalls } from './reports';
import type { Rooms } from './rooms';
import { runCalls } from './runs';

export function createHandlers(rooms: Rooms): AllHandlers {
  const anomalies = createAnomalies(rooms);
  const codebooks = createCodebooks(rooms);
  return {
    ...appCalls(rooms),
    ...projectCalls(rooms),
    ...datasetCalls(rooms),
    ...modelCalls(rooms),
    ...recipeCalls(rooms),
    ...runCalls(rooms),
    ...anomalyCalls(rooms, anomalies),
    ...codebookCalls(rooms, codebooks),
    ...latentCalls(rooms),
    ...generatorCalls(rooms),
    ...networkCalls(rooms),
    ...projectorCalls(rooms),
    ...jobCalls(rooms),
    ...reportCalls(rooms, codebooks),
  };
}
