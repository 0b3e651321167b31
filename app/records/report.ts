/** What goes into a report, and what came out. */
import { z } from 'zod';

export const reportFormat = z.enum(['html', 'pdf', 'md']);
export type ReportFormat = z.infer<typeof reportFormat>;

export const reportSection = z.enum([
  'summary',
  'data',
  'settings',
  'curves',
  'reconstructions',
  'codebook',
  'evaluations',
  'environment',
  'repeat',
]);
export type ReportSection = z.infer<typeof reportSection>;

export const reportOptions = z.object({
  runs: z.array(z.string()).min(1),
  title: z.string().max(200).optional(),
  sections: z.array(reportSection).optional(),
  theme: z.enum(['light', 'dark']).optional(),
  /** Figures of the charts as CSV inside the page. */
  figureData: z.boolean().optional(),
});
export type ReportOptions = z.infer<typeof reportOptions>;
