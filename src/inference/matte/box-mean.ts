export type BoxMean = (
  source: Float32Array,
  out: Float32Array,
  width: number,
  height: number,
  radiusPx: number,
) => void;

/** Mean over a square that ends at the border, by running sums; its memory is used again. */
export function createBoxMean(maxPixels: number): BoxMean {
  const rows = new Float32Array(maxPixels);
  let columns = new Float64Array(0);
  return (source, out, width, height, radiusPx) => {
    if (columns.length < width) columns = new Float64Array(width);
    for (let y = 0; y < height; y++) {
      const first = y * width;
      let sum = 0;
      for (let x = 0; x < Math.min(radiusPx, width); x++) sum += source[first + x]!;
      for (let x = 0; x < width; x++) {
        if (x + radiusPx < width) sum += source[first + x + radiusPx]!;
        if (x > radiusPx) sum -= source[first + x - radiusPx - 1]!;
        rows[first + x] = sum / (Math.min(x + radiusPx, width - 1) - Math.max(x - radiusPx, 0) + 1);
      }
    }
    columns.fill(0, 0, width);
    for (let y = -radiusPx; y < height; y++) {
      const entering = y + radiusPx;
      if (entering < height) {
        for (let x = 0, i = entering * width; x < width; x++, i++) columns[x]! += rows[i]!;
      }
      if (y < 0) continue;
      const leaving = y - radiusPx - 1;
      if (leaving >= 0) for (let x = 0, i = leaving * width; x < width; x++, i++) columns[x]! -= rows[i]!;
      const share = 1 / (Math.min(entering, height - 1) - Math.max(y - radiusPx, 0) + 1);
      for (let x = 0, i = y * width; x < width; x++, i++) out[i] = columns[x]! * share;
    }
  };
}
