/** Every task that a host can be asked to do. */
import type { TaskTable } from '../task';
import { exportAnomalies, itemsOfAnomalies, openAnomalies } from './anomaly';
import { apply } from './apply';
import { decodeCodes, mapCodes, openCodebook, whereCode } from './codebook';
import { importData, inspectData, pictures } from './data';
import { devices } from './devices';
import { evaluate } from './evaluate';
import { explain } from './explain';
import { exportModel } from './export';
import { generate, nearestItems, openGenerator, sample } from './generator';
import { decodeLatent, encodeItems, openLatent } from './latent';
import { importModel, inspectModel } from './model';
import { plan } from './plan';
import { colourPoints, layOut, nearestTo, openCloud, spaceQualityOf } from './projector';
import { rowsFigures, rowsPage } from './rows';
import { train } from './train';
import { views } from './views';

export const tasks = {
  inspect: inspectData,
  import: importData,
  pictures,
  'rows.page': rowsPage,
  'rows.figures': rowsFigures,
  'model.inspect': inspectModel,
  'model.import': importModel,
  plan,
  views,
  explain,
  train,
  evaluate,
  apply,
  export: exportModel,
  'anomaly.open': openAnomalies,
  'anomaly.items': itemsOfAnomalies,
  'anomaly.export': exportAnomalies,
  'codebook.open': openCodebook,
  'codebook.where': whereCode,
  'codebook.map': mapCodes,
  'codebook.decode': decodeCodes,
  'latent.open': openLatent,
  'latent.encode': encodeItems,
  'latent.decode': decodeLatent,
  'generator.open': openGenerator,
  'generator.sample': sample,
  'generator.decode': generate,
  'generator.nearest': nearestItems,
  'projector.open': openCloud,
  'projector.layout': layOut,
  'projector.colours': colourPoints,
  'projector.nearest': nearestTo,
  'projector.quality': spaceQualityOf,
  devices,
} satisfies TaskTable;
