/** Where progress is shown: `process.stderr`, or a test's. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export type OnProgress = (doneBytes: number, totalBytes: number | null) => void;

const MAX_BAR_COLUMNS = 40;
const DEFAULT_COLUMNS = 80;
/** Where lines cannot be rewritten, one line per tenth; per so much where the total is unknown. */
const LINES = 10;
const LINE_BYTES = 5e6;

/** Shows the progress of a download: a bar on one line of a terminal, or plain lines in a file or pipe. */
export function progressPrinter(label: string, output: ProgressOutput): OnProgress {
  return output.isTTY ? barPrinter(label, output) : linePrinter(label, output);
}

function barPrinter(label: string, output: ProgressOutput): OnProgress {
  let shown = '';
  return (doneBytes, totalBytes) => {
    // As wide at the beginning as at the end, so that the bar keeps its length.
    const width = totalBytes === null ? 0 : amount(totalBytes, totalBytes).length;
    const figures = ` ${amount(doneBytes, totalBytes).padEnd(width)}`;
    const room = (output.columns ?? DEFAULT_COLUMNS) - label.length - figures.length - 4;
    const columns = Math.max(0, Math.min(MAX_BAR_COLUMNS, room));
    const filled = totalBytes === null ? 0 : Math.floor((columns * doneBytes) / totalBytes);
    const line = `${label} [${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]${figures}`.trimEnd();
    if (line !== shown) output.write(`\r\x1b[K${line}`);
    shown = line;
    if (doneBytes === totalBytes) output.write('\n');
  };
}

function linePrinter(label: string, output: ProgressOutput): OnProgress {
  let lastStep = -1;
  return (doneBytes, totalBytes) => {
    const step = Math.floor(totalBytes === null ? doneBytes / LINE_BYTES : (LINES * doneBytes) / totalBytes);
    if (step !== lastStep) output.write(`${label}: ${amount(doneBytes, totalBytes)}\n`);
    lastStep = step;
  };
}

function amount(doneBytes: number, totalBytes: number | null): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (totalBytes === null) return `${megabytes(doneBytes)} MB`;
  const percent = Math.floor((100 * doneBytes) / totalBytes);
  return `${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB (${percent} %)`;
}
