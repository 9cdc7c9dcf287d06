import { TinyCutError } from '../../../../src/shared/errors.ts';

/** The failures of one checkpoint file, all `model-corrupt`, each a sentence with what to do about it. */
export class CheckpointFaults {
  readonly fileName: string;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  /** The file contradicts itself or its format. */
  damaged(what: string): TinyCutError {
    return this.refused(`is damaged or cut off: ${what}`, 'Download or copy it again.');
  }

  /** The file may be whole, but is not one that is read here. `what` follows the file's name. */
  refused(what: string, remedy: string): TinyCutError {
    return new TinyCutError('model-corrupt', `${this.fileName} ${what}. ${remedy}`);
  }
}

/** Text out of an untrusted file, fit for one line of a message. */
export function quotable(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length <= 100 ? printable : `${printable.slice(0, 100)}...`;
}
