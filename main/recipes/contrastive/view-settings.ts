/** The settings of the views that SimCLR and BYOL make of pictures, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';

const chance = (label: string, value: number, reason: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .default(value)
    .register(about, { label, unit: 'chance', group: 'Views', suggestions: [0, 0.2, 0.5, 0.8, 1], reason });

const strength = (label: string, value: number, most: number, suggestions: number[], reason: string) =>
  z.number().min(0).max(most).default(value).register(about, { label, group: 'Views', suggestions, reason });

/** Defaults are SimCLR's for pictures of 32 × 32 (appendix B.9): jitter of strength ½, no blur. */
export const viewFields = () => ({
  pool: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .register(about, {
      label: 'Shrink by',
      unit: 'times',
      group: 'Views',
      suggestions: [1, 2, 4],
      reason: 'Pictures are taken as the means of blocks of this side: half of it costs a quarter of the time.',
    }),
  cropArea: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.08)
    .register(about, {
      label: 'Smallest crop',
      unit: 'of the area',
      group: 'Views',
      suggestions: [0.08, 0.2, 0.25, 0.5, 1],
      paper: 0.08,
      reason: 'The paper’s 0.08. Crop and colour together are what matters most (figure 5); 1 takes crops away.',
    }),
  cropBy: z
    .enum(['area', 'side'])
    .default('area')
    .register(about, {
      label: 'Crop is uniform in',
      group: 'Views',
      choices: { area: 'Area', side: 'Side' },
      paper: 'area',
      reason: 'As in the paper. By its side a crop is small less often.',
    }),
  aspect: z
    .number()
    .min(1)
    .max(4)
    .default(4 / 3)
    .register(about, {
      label: 'Widest crop',
      unit: 'times as wide as high',
      group: 'Views',
      suggestions: [1, 4 / 3],
      paper: 4 / 3,
      reason: 'The paper’s 3 : 4 to 4 : 3: as much as a thing may be stretched and stay what it is.',
    }),
  flip: chance('Mirrored', 0.5, 'Things look alike from both sides. 0 for digits and letters, which do not.'),
  jitter: chance('Colour jitter', 0.8, 'The paper’s 0.8. Without it two crops are told by their colours alone.'),
  brightness: strength('Brightness', 0.4, 1, [0, 0.2, 0.4, 0.8], 'The paper’s 0.8 times its strength ½ for 32 × 32.'),
  brightnessBy: z
    .enum(['multiply', 'add'])
    .default('multiply')
    .register(about, {
      label: 'Brightness by',
      group: 'Views',
      choices: { multiply: 'Multiplying', add: 'Adding' },
      reason: 'Multiplying keeps black black. Adding lifts the ground of grey pictures as well.',
    }),
  contrast: strength('Contrast', 0.4, 1, [0, 0.2, 0.4, 0.8], 'The paper’s 0.8 times its strength ½ for 32 × 32.'),
  saturation: strength('Saturation', 0.4, 1, [0, 0.2, 0.4, 0.8], 'The paper’s 0.8 times ½; of pictures in colour.'),
  hue: strength('Hue', 0.1, 0.5, [0, 0.05, 0.1, 0.2], 'The paper’s 0.2 of the colour circle, times ½.'),
  greyscale: chance('Greyscale', 0.2, 'The paper’s 0.2: the strongest change of colour there is.'),
  blur: chance('Blur', 0, 'The paper’s ½ for large pictures and none for 32 × 32, which are blurred enough.'),
  solarise: chance('Solarise', 0, 'BYOL inverts what is bright in a fifth of its second views; SimCLR in none.'),
  noise: strength(
    'Noise',
    0,
    1,
    [0, 0.05, 0.1],
    'Normal, on every pixel. None in the paper: alone it teaches nothing but to match textures.',
  ),
});
