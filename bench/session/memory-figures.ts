import { TinyCutError } from '../../src/shared/errors.ts';
import { median } from '../statistics.ts';
import { formatNumber, formatTable } from '../table.ts';

/** What the page's processes hold when an image has been embedded, clicked on and cut out. */
export interface MemorySample {
  /** Images so far, this one included. */
  embeddingCount: number;
  /** Since the first image was opened. */
  elapsedS: number;
  /** All of the processes, with the worker; null where it cannot be known. */
  residentBytes: number | null;
  /** Of the window's scripts, after a garbage collection. */
  jsHeapBytes: number;
  /** Of onnxruntime-web, which never gives any back. */
  wasmBytes: number;
}

export interface MemoryFigures {
  residentGrowth: number | null;
  jsHeapGrowth: number;
  wasmGrowth: number;
}

/** By here the cache of four images is full, and every part of the network has been built. */
const EARLY_COUNT = 20;
/** Of samples around both ends, since the garbage of single images comes and goes. */
const WINDOW = 10;
export const MIN_EMBEDDINGS = EARLY_COUNT + WINDOW;
const TABLE_STEP = 20;

/** How much larger the late part may be than the early one. */
const BARS: Record<keyof MemoryFigures, { title: string; bar: number }> = {
  residentGrowth: { title: 'resident memory', bar: 0.1 },
  jsHeapGrowth: { title: "the window's JavaScript heap", bar: 0.25 },
  wasmGrowth: { title: 'WASM memory', bar: 0.05 },
};

/**
 * Growth from embedding 20 to the last one: of the medians of the ten samples that end there.
 * @param samples at least MIN_EMBEDDINGS, in order
 */
export function memoryFigures(samples: readonly MemorySample[]): MemoryFigures {
  const growth = (valueOf: (sample: MemorySample) => number) => {
    const values = samples.map(valueOf);
    return median(values.slice(-WINDOW)) / median(values.slice(EARLY_COUNT - WINDOW, EARLY_COUNT)) - 1;
  };
  const hasResident = samples.every(({ residentBytes }) => residentBytes !== null);
  return {
    residentGrowth: hasResident ? growth(({ residentBytes }) => residentBytes!) : null,
    jsHeapGrowth: growth(({ jsHeapBytes }) => jsHeapBytes),
    wasmGrowth: growth(({ wasmBytes }) => wasmBytes),
  };
}

export function memoryTable(samples: readonly MemorySample[]): string {
  const shown = samples.filter(
    ({ embeddingCount }, i) =>
      i === 0 || embeddingCount % TABLE_STEP === 0 || embeddingCount === samples.length,
  );
  const megabytes = (bytes: number | null) => formatNumber(bytes === null ? null : bytes / 1e6, 0);
  return formatTable(
    ['embeddings', 's', 'resident, MB', 'JS heap, MB', 'WASM, MB'],
    shown.map((sample) => [
      String(sample.embeddingCount),
      formatNumber(sample.elapsedS, 0),
      megabytes(sample.residentBytes),
      formatNumber(sample.jsHeapBytes / 1e6, 1),
      megabytes(sample.wasmBytes),
    ]),
  );
}

/** One line for each figure. */
export function growthLines(figures: MemoryFigures): string[] {
  return (Object.keys(BARS) as (keyof MemoryFigures)[]).map((name) => {
    const { title, bar } = BARS[name];
    const value = figures[name];
    const percent = value === null ? 'not measured' : `${formatNumber(100 * value, 1)} %`;
    const verdict = value === null ? '' : value <= bar ? ', ok' : ', OVER';
    return `Growth of ${title}: ${percent}, at most ${100 * bar} %${verdict}`;
  });
}

/** @throws TinyCutError `internal` when memory is not flat */
export function requireFlat(figures: MemoryFigures): void {
  const over = (Object.keys(BARS) as (keyof MemoryFigures)[]).filter(
    (name) => (figures[name] ?? 0) > BARS[name].bar,
  );
  if (over.length === 0) return;
  const titles = over.map((name) => BARS[name].title).join(' and ');
  throw new TinyCutError('internal', `Memory is not flat: ${titles} grew by more than allowed.`);
}
