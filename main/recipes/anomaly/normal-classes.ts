/** Which classes are taken for normal: what the user says, else what their names say, else the most frequent one. */
import { PretextError } from '#app/contract';
import type { ClassSpec } from '../data-spec';
import { nearest } from '../spelling';

/** What the setting says when all rows are to be trained on, whatever their labels. */
export const everything = '*';

/** How data sets call what is not an anomaly; 0 and 2 as in y of the ODDS sets and in the Wisconsin table. */
const normalName =
  /^(normal|benign|healthy|ok|good|inliers?|negative|legit(imate)?|genuine|regular|no|false|n|0|-1)\.?$/i;

export interface NormalClasses {
  /** Numbers of the classes that are normal; evaluations take the others for anomalies. */
  normal: number[];
  /** Whether the items of other classes are left out of training. */
  oneClass: boolean;
  /** Why these, as a sentence for the log. */
  reason: string;
}

/**
 * setting: class names with commas between, nothing to have them found, or * to train on all rows.
 *
 * @throws PretextError where a class of that name does not exist, or no class is left that could be an anomaly
 */
export function normalClasses(setting: string, classes: readonly ClassSpec[]): NormalClasses {
  const wanted = setting.trim();
  if (classes.length === 0)
    return {
      normal: [],
      oneClass: false,
      reason: 'There are no labels, so all rows are trained on, anomalies among them included.',
    };
  if (wanted === everything)
    return {
      normal: found(classes).normal,
      oneClass: false,
      reason: 'All rows are trained on whatever their labels, anomalies among them included.',
    };
  if (wanted === '') return { ...found(classes), oneClass: true };
  const normal = named(wanted, classes);
  return { normal, oneClass: true, reason: `Trained on ${nameList(normal, classes)}, as the settings say.` };
}

function found(classes: readonly ClassSpec[]): Pick<NormalClasses, 'normal' | 'reason'> {
  const byName = classes.findIndex(({ name }) => normalName.test(name));
  if (byName >= 0)
    return {
      normal: [byName],
      reason: `Trained on ${classes[byName]!.name} alone, since its name says that it is normal.`,
    };
  const most = classes.reduce((best, { trainCount }, at) => (trainCount > classes[best]!.trainCount ? at : best), 0);
  return { normal: [most], reason: `Trained on ${classes[most]!.name} alone, the most frequent class.` };
}

function named(setting: string, classes: readonly ClassSpec[]): number[] {
  const names = classes.map(({ name }) => name);
  const whole = names.indexOf(setting); // a class may have a comma in its name
  if (whole >= 0) return [whole];
  return setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const at = names.indexOf(part);
      if (at >= 0) return at;
      const near = nearest(part, names);
      throw new PretextError(
        `anomaly-autoencoder: normal must name classes of the data, got “${part}”; ${near ? `did you mean ${near}?` : `the classes are ${names.slice(0, 20).join(', ')}`}`,
        { kind: 'usage', advice: `Set normal to one or more of: ${names.slice(0, 20).join(', ')}.` },
      );
    });
}

const nameList = (normal: readonly number[], classes: readonly ClassSpec[]): string =>
  normal.map((at) => classes[at]!.name).join(', ');
