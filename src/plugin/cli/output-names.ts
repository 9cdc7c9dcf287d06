import { basename, extname } from 'node:path';

/** Gives each input file a name for its outputs, so that `a/photo.jpg` and `b/photo.png` do not overwrite each other. */
export class OutputNames {
  // Lower case, since some file systems tell no difference.
  private readonly taken = new Set<string>();

  next(inputFile: string): string {
    const stem = basename(inputFile, extname(inputFile));
    let name = stem;
    for (let n = 2; this.taken.has(name.toLowerCase()); n++) name = `${stem}-${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}
