import { fileNameOf } from './file-names.ts';
import type { RemovalOutcome } from './removal-run.ts';

/** For a notification. */
export function summaryOf({ count, isStopped, written, failures }: RemovalOutcome): string {
  const [cutout] = written;
  const isWhole = written.length === count;
  const result =
    isWhole && cutout
      ? count === 1
        ? `${fileNameOf(cutout.uri)} lies beside the image.`
        : `${count} backgrounds removed. The cutouts lie beside the images.`
      : `${isStopped ? 'Stopped: ' : ''}${written.length} of ${count} backgrounds removed.`;
  const [failure, ...others] = failures;
  if (!failure) return result;
  const rest = others.length === 0 ? '' : ` ${others.length} more failed, see the details.`;
  return `${result} “${failure.layerName}”: ${failure.message}${rest}`;
}

/** Everything, a line each. */
export function reportOf(outcome: RemovalOutcome): string {
  const { written, failures } = outcome;
  return [
    `Remove Background: ${written.length} of ${outcome.count}${outcome.isStopped ? ', stopped' : ''}`,
    ...written.map(({ document, uri }) => `  ${document.fileName} -> ${uri.toString(true)}`),
    ...failures.map(({ layerName, message }) => `  ${layerName}: ${message}`),
  ].join('\n');
}
