/** The part of a writable stream that is used. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\x1b[K';

/** Lines that stay and, on a terminal only, one line below them that changes. */
export class StatusLine {
  constructor(
    private readonly out: Output,
    private readonly errors: Output,
  ) {}

  /** Replaces the changing line; does nothing where the output is a pipe or a file. */
  show(status: string): void {
    if (this.out.isTTY) this.out.write(`${CLEAR_LINE}${status}`);
  }

  print(line: string): void {
    this.show('');
    this.out.write(`${line}\n`);
  }

  printError(line: string): void {
    this.show('');
    this.errors.write(`${line}\n`);
  }
}
