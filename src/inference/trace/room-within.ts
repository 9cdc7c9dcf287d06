import type { Point } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';

/** How far one can go from a point in a direction before leaving the clip. */
export function roomWithin(
  { halfPlanes }: ConvexClip,
  from: Point,
  directionX: number,
  directionY: number,
): number {
  let room = Infinity;
  for (const { normalX, normalY, offset } of halfPlanes) {
    const approach = -(normalX * directionX + normalY * directionY);
    if (approach <= 0) continue;
    room = Math.min(room, Math.max(normalX * from.x + normalY * from.y + offset, 0) / approach);
  }
  return room;
}
