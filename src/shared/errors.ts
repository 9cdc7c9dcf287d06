/**
 * Every failure that may reach a user carries one of these codes and a message in plain words that says what
 * happened and what to do. Codes travel over the channel; classes do not.
 */
export const ERROR_CODES = [
  'cancelled',
  'channel-closed',
  'protocol-mismatch',
  'bad-message',
  'unknown-method',
  'bad-argument',
  'image-unreadable',
  'image-too-large',
  'image-missing',
  'regions-missing',
  'layer-missing',
  'layer-changed',
  'cutout-unknown',
  'document-read-only',
  'mask-empty',
  'model-corrupt',
  'model-missing',
  'out-of-memory',
  'worker-lost',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export class TinyCutError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'TinyCutError';
    this.code = code;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).indexOf(value) !== -1;
}

/** Wraps whatever was thrown; a TinyCutError passes through, anything else becomes `internal`. */
export function toTinyCutError(thrown: unknown): TinyCutError {
  if (thrown instanceof TinyCutError) return thrown;
  return new TinyCutError('internal', thrown instanceof Error ? thrown.message : String(thrown));
}

export function cancelled(): TinyCutError {
  return new TinyCutError('cancelled', 'Cancelled.');
}
