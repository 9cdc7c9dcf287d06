import type { BitMask } from './bit-mask.ts';

export interface Region {
  /** Of all its cells: 0 or 1 in a bit mask. */
  value: number;
  /** In cells of the mask. */
  area: number;
}

/** Cells of one value side by side in a row, as positions in the mask's data. */
export interface Run {
  start: number;
  /** Of the cell after the last. */
  end: number;
  /** Index into the regions. */
  region: number;
}

/**
 * Splits a mask into its connected regions, those of 1 (islands) and those of 0 (holes and the outside) alike; a map of
 * more values likewise. Cells that share a side are connected. Works on runs, of which a mask has few (Rosenfeld and Pfaltz 1966).
 * @param joinsAcross whether two cells of one value that only share a corner are connected; asked where no cell beside
 *   both connects them
 * @returns `runs`: all cells, row by row
 */
export function regionRuns(
  mask: BitMask,
  joinsAcross: (cellA: number, cellB: number) => boolean,
): { runs: Run[]; regions: Region[] } {
  const { width, data } = mask;
  const runs: Run[] = [];
  const parents: number[] = [];
  let aboveFrom = 0;
  for (let rowStart = 0; rowStart < data.length; rowStart += width) {
    const rowFrom = runs.length;
    const rowEnd = rowStart + width;
    for (let start = rowStart; start < rowEnd;) {
      const value = data[start];
      let end = start + 1;
      while (end < rowEnd && data[end] === value) end++;
      // A label of its own at first.
      const region = parents.push(parents.length) - 1;
      runs.push({ start, end, region });
      start = end;
    }
    joinRows(mask, runs, aboveFrom, rowFrom, parents, joinsAcross);
    aboveFrom = rowFrom;
  }

  const regions: Region[] = [];
  const regionOf = new Map<number, number>();
  for (const run of runs) {
    const root = rootOf(parents, run.region);
    let index = regionOf.get(root);
    if (index === undefined) {
      index = regions.push({ value: data[run.start]!, area: 0 }) - 1;
      regionOf.set(root, index);
    }
    run.region = index;
    regions[index]!.area += run.end - run.start;
  }
  return { runs, regions };
}

/**
 * The same by cell. Parameters as of `regionRuns`.
 * @returns `labels`: per cell an index into `regions`
 */
export function labelRegions(
  mask: BitMask,
  joinsAcross: (cellA: number, cellB: number) => boolean,
): { labels: Int32Array; regions: Region[] } {
  const { runs, regions } = regionRuns(mask, joinsAcross);
  const labels = new Int32Array(mask.data.length);
  for (const { start, end, region } of runs) labels.fill(region, start, end);
  return { labels, regions };
}

/** Joins the runs of the last row, from `rowFrom` on, with those of the row above it, from `aboveFrom` on. */
function joinRows(
  { width, data }: BitMask,
  runs: readonly Run[],
  aboveFrom: number,
  rowFrom: number,
  parents: number[],
  joinsAcross: (cellA: number, cellB: number) => boolean,
): void {
  let first = aboveFrom;
  for (let i = rowFrom; i < runs.length; i++) {
    const { start, end, region } = runs[i]!;
    // Those that end before this run's corner touch no later run either.
    while (first < rowFrom && runs[first]!.end < start - width) first++;
    for (let k = first; k < rowFrom && runs[k]!.start <= end - width; k++) {
      const above = runs[k]!;
      if (data[above.start] !== data[start]) continue;
      const touches =
        above.end === start - width
          ? joinsAcross(start, above.end - 1)
          : above.start === end - width
            ? joinsAcross(end - 1, above.start)
            : true;
      if (touches) join(parents, region, above.region);
    }
  }
}

function join(parents: number[], labelA: number, labelB: number): void {
  parents[rootOf(parents, labelA)] = rootOf(parents, labelB);
}

function rootOf(parents: number[], label: number): number {
  let root = label;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!;
    root = parents[root]!;
  }
  return root;
}
