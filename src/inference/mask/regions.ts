import type { BitMask } from './bit-mask.ts';

export interface Region {
  value: 0 | 1;
  /** In cells of the mask. */
  area: number;
}

/**
 * Splits a mask into its connected regions, those of 1 (islands) and those of 0 (holes and the outside) alike.
 * Both are 8-connected: then a region has no neighbour of its own value, not even across a corner, and flipping it
 * touches no other boundary.
 * @returns `labels`: per cell an index into `regions`
 */
export function labelRegions(mask: BitMask): { labels: Int32Array; regions: Region[] } {
  const { width, height, data } = mask;
  const labels = new Int32Array(data.length).fill(-1);
  const regions: Region[] = [];
  const pending: number[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (labels[seed] !== -1) continue;
    const value = data[seed] === 1 ? 1 : 0;
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
          labels[next] = label;
          pending.push(next);
        }
      }
    }
    regions.push({ value, area });
  }
  return { labels, regions };
}
