/** The real program behind the tasks. */
import { recipeOf } from '#main/recipes';
import { disk } from './disk';
import type { Rooms } from './task';

export const rooms: Rooms = { recipeOf, disk };
