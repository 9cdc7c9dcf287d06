import type { Point, Size } from '../../shared/affine.ts';

/** Share of a side by which a corner may miss the image's and still count as lying on it. */
const SLACK = 1e-4;

/**
 * The host knows the stored size of an image, the browser the decoded one; where they differ, the decoded one holds.
 * @returns the polygon in pixels of the decoded image
 */
export function rescalePolygon(polygon: readonly Point[], fromSizePx: Size, toSizePx: Size): Point[] {
  const x = toSizePx.width / fromSizePx.width;
  const y = toSizePx.height / fromSizePx.height;
  return polygon.map((corner) => ({ x: corner.x * x, y: corner.y * y }));
}

/** True when the convex polygon holds all four corners of the image, so that nothing need be left out. */
export function coversImage(polygon: readonly Point[], { width, height }: Size): boolean {
  const slackX = width * SLACK;
  const slackY = height * SLACK;
  return [
    { x: slackX, y: slackY },
    { x: width - slackX, y: slackY },
    { x: width - slackX, y: height - slackY },
    { x: slackX, y: height - slackY },
  ].every((corner) => isInside(polygon, corner));
}

/** For a convex polygon of either orientation; its border counts as inside. */
export function isInside(polygon: readonly Point[], point: Point): boolean {
  let hasLeft = false;
  let hasRight = false;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    const side = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
    if (side > 0) hasLeft = true;
    if (side < 0) hasRight = true;
  });
  return !(hasLeft && hasRight);
}
