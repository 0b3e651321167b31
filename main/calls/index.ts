/** The public face of the calls: open the rooms, make the handlers, answer what is asked. */

export { forkNode } from '#main/jobs/fork-node';
export { nearest } from '#main/store';
export { type Answer, answer } from './answer';
export { createHandlers } from './handlers';
export { hasEnded } from './job-center';
export { version } from './machine';
export { openRooms, type Rooms, type RoomsOptions, type Shell, sampleProjectName } from './rooms';
export { isProject } from './session';
export { isActive } from './training';
export { defaultProject, projectsHome, userDataDirectory, writeAtomically } from './user-files';
