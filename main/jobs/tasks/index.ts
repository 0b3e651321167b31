/** Every task that a host can be asked to do. */
import type { TaskTable } from '../task';
import { apply } from './apply';
import { decodeCodes, mapCodes, openCodebook, whereCode } from './codebook';
import { importData, inspectData, pictures } from './data';
import { devices } from './devices';
import { evaluate } from './evaluate';
import { exportModel } from './export';
import { plan } from './plan';
import { importModel, inspectModel } from './model';
import { train } from './train';

export const tasks = {
  inspect: inspectData,
  import: importData,
  pictures,
  plan,
  'model.inspect': inspectModel,
  'model.import': importModel,
  train,
  evaluate,
  apply,
  export: exportModel,
  'codebook.open': openCodebook,
  'codebook.where': whereCode,
  'codebook.map': mapCodes,
  'codebook.decode': decodeCodes,
  devices,
} satisfies TaskTable;
