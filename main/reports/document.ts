/** A report as a tree of blocks, before it becomes HTML or Markdown: both say the same because both are made of this. */
import type { Pictures } from '#app/records/common';
import type { ReportSection } from '#app/records/report';
import type { DetectionFigure } from './detection';
import type { LineFigure } from './figures';
import type { SheetOptions } from './pictures';

export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'warning'; text: string }
  | { kind: 'facts'; pairs: [string, string][] }
  | { kind: 'table'; columns: { name: string; number?: boolean }[]; rows: { cells: string[]; changed?: boolean }[] }
  | { kind: 'lines'; figure: LineFigure }
  | { kind: 'detection'; title: string; figure: DetectionFigure }
  | { kind: 'usage'; title: string; counts: Uint32Array }
  | { kind: 'pictures'; title: string; rows: { name: string; pictures: Pictures; options?: SheetOptions }[] }
  | { kind: 'commands'; lines: string[] };

export interface Section {
  id: ReportSection;
  title: string;
  blocks: Block[];
}

export interface ReportDocument {
  title: string;
  by: string;
  sections: Section[];
  /** What the one who sends it should know. */
  notes: string[];
}

/** Changes every text of a value, at any depth; typed arrays and numbers stay as they are. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((part) => mapTexts(part, change)) as T;
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapTexts(part, change)])) as T;
}
