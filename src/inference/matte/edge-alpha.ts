/** Distance from the edge at which alpha reaches 0 or 255, in image pixels. */
const EDGE_HALF_WIDTH_PX = 0.75;

/**
 * Alpha of one row from the upsampled logits around it. Near the edge, logit / |gradient| is the signed distance to
 * it to first order. Only pixels that have the other sign among their eight neighbours are near: a dip in the
 * logits that does not cross 0 leaves no ghost and no dent.
 * @param above, here, below three rows of logits at a spacing of one image pixel, each one longer than `alpha` on
 *   both sides
 * @param alpha receives 0..255; >= 128 exactly where the logit is > 0
 */
export function edgeAlphaRow(
  above: Float32Array,
  here: Float32Array,
  below: Float32Array,
  alpha: Uint8Array,
): void {
  // Signs of the three logits in a column, kept while they slide from right to centre to left.
  let leftCount = positives(above, here, below, 0);
  let count = positives(above, here, below, 1);
  for (let x = 0; x < alpha.length; x++) {
    const rightCount = positives(above, here, below, x + 2);
    const around = leftCount + count + rightCount;
    leftCount = count;
    count = rightCount;
    if (around === 0 || around === 9) {
      alpha[x] = around === 9 ? 255 : 0;
      continue;
    }
    const logit = here[x + 1]!;
    const slopeX = (here[x + 2]! - here[x]!) / 2;
    const slopeY = (below[x + 1]! - above[x + 1]!) / 2;
    const distancePx = Math.abs(logit) / Math.max(Math.hypot(slopeX, slopeY), 1e-12);
    const ramp = 127.5 * Math.min(distancePx / EDGE_HALF_WIDTH_PX, 1);
    alpha[x] = logit > 0 ? Math.round(127.5 + ramp) : Math.floor(127.5 - ramp);
  }
}

function positives(above: Float32Array, here: Float32Array, below: Float32Array, x: number): number {
  return (above[x]! > 0 ? 1 : 0) + (here[x]! > 0 ? 1 : 0) + (below[x]! > 0 ? 1 : 0);
}
