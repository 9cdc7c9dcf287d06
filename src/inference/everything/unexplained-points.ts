import type { Point } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { toModelPoint } from '../prompt/prompt-tokens.ts';

/**
 * Where to look next: of a fixed set of points those that no region explains yet, the one first that is farthest from
 * all that has been explained or taken.
 */
export class UnexplainedPoints {
  private readonly cells: readonly Point[];
  /** Of each point to the nearest that is explained, in cells; 0 for those that are. */
  private readonly distances: Float64Array;

  /**
   * @param imagePoints all that may be asked
   * @param askedImagePoints others, which were asked before
   */
  constructor(
    private readonly imagePoints: readonly Point[],
    geometry: MaskGeometry,
    askedImagePoints: readonly Point[] = [],
  ) {
    const toCell = (point: Point) => {
      const { x, y } = toModelPoint(point, geometry);
      return { x: x / CELL_MODEL_PX, y: y / CELL_MODEL_PX };
    };
    this.cells = imagePoints.map(toCell);
    this.distances = new Float64Array(imagePoints.length).fill(Infinity);
    for (const point of askedImagePoints) this.measureFrom(toCell(point));
  }

  get count(): number {
    return this.distances.reduce((count, distance) => count + (distance > 0 ? 1 : 0), 0);
  }

  /** @returns `count` points to ask, or what is left; they count as explained from now on */
  take(count: number): Point[] {
    const taken: Point[] = [];
    while (taken.length < count) {
      const farthest = this.distances.indexOf(Math.max(...this.distances));
      if (!(this.distances[farthest]! > 0)) break;
      this.measureFrom(this.cells[farthest]!);
      taken.push(this.imagePoints[farthest]!);
    }
    return taken;
  }

  /** @param logits [256 x 256] of a region: points where they are above `minLogit` are explained */
  explain(logits: Float32Array, minLogit: number): void {
    this.cells.forEach(({ x, y }, i) => {
      if (this.distances[i]! === 0 || !(logits[Math.floor(y) * LOGITS_SIDE + Math.floor(x)]! > minLogit))
        return;
      this.measureFrom(this.cells[i]!);
    });
  }

  private measureFrom({ x, y }: Point): void {
    this.cells.forEach((cell, i) => {
      this.distances[i] = Math.min(this.distances[i]!, Math.hypot(cell.x - x, cell.y - y));
    });
  }
}
