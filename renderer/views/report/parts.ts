/** The sections of a report as the list at the left shows them. */
import type { ReportFormat, ReportSection } from '#app/records/report';

export const parts: readonly { id: ReportSection; title: string; icon: string }[] = [
  { id: 'summary', title: 'Summary', icon: 'text' },
  { id: 'data', title: 'Data', icon: 'data' },
  { id: 'settings', title: 'Settings', icon: 'list' },
  { id: 'curves', title: 'Curves', icon: 'runs' },
  { id: 'reconstructions', title: 'Reconstructions', icon: 'image' },
  { id: 'codebook', title: 'Codebook', icon: 'codebook' },
  { id: 'evaluations', title: 'Evaluations', icon: 'tbl' },
  { id: 'environment', title: 'Environment', icon: 'chip' },
  { id: 'repeat', title: 'How to repeat it', icon: 'info' },
];

export const formats: readonly { value: ReportFormat; label: string }[] = [
  { value: 'html', label: 'HTML' },
  { value: 'pdf', label: 'PDF' },
  { value: 'md', label: 'Markdown' },
];
