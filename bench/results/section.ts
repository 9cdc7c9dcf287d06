import type { ResultFigure } from './result-figures.ts';

/** One of the four algorithms whose output a designer keeps, measured beside its peers in one run. */
export interface ResultsSection {
  title: string;
  /** Ours and the peers, a row each. */
  table: string;
  figures: Partial<Record<ResultFigure, number>>;
  /** What a reader of the table has to know: counts, what the columns mean, the worst cases. */
  notes: string[];
}

export interface SectionOptions {
  evalFolder: string;
  /** How many of the section's images, evenly spaced; null for all. */
  imageCount: number | null;
  show: (step: string) => void;
}

export type MeasureSection = (options: SectionOptions) => Promise<ResultsSection>;
