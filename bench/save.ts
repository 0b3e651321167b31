import type { BenchResult } from './report';

export function saveReports(_: BenchResult): void {}
