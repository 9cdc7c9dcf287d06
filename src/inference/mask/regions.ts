import type { BitMask } from './bit-mask.ts';

export interface Region {
  /** Of all its cells: 0 or 1 in a bit mask. */
  value: number;
  /** In cells of the mask. */
  area: number;
}

/**
 * Splits a mask into its connected regions, those of 1 (islands) and those of 0 (holes and the outside) alike; a map of
 * more values likewise. Cells that share a side are connected.
 * @param joinsAcross whether two cells of one value that only share a corner are connected
 * @returns `labels`: per cell an index into `regions`
 */
export function labelRegions(
  mask: BitMask,
  joinsAcross: (cellA: number, cellB: number) => boolean,
): { labels: Int32Array; regions: Region[] } {
  const { width, height, data } = mask;
  const labels = new Int32Array(data.length).fill(-1);
  const regions: Region[] = [];
  const pending: number[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (labels[seed] !== -1) continue;
    const value = data[seed]!;
    const label = regions.length;
    let area = 0;
    labels[seed] = label;
    pending.push(seed);
    while (pending.length > 0) {
      const cell = pending.pop()!;
      area++;
      const cx = cell % width;
      const cy = (cell - cx) / width;
      for (let y = Math.max(cy - 1, 0); y <= Math.min(cy + 1, height - 1); y++) {
        for (let x = Math.max(cx - 1, 0); x <= Math.min(cx + 1, width - 1); x++) {
          const next = y * width + x;
          if (labels[next] !== -1 || data[next] !== value) continue;
          if (x !== cx && y !== cy && !joinsAcross(cell, next)) continue;
          labels[next] = label;
          pending.push(next);
        }
      }
    }
    regions.push({ value, area });
  }
  return { labels, regions };
}
