import { forEachCell, runHead } from './head.ts';
import type { Parameters } from './head-shape.ts';
import type { EncodedScene } from './scene-file.ts';
import { gridSizeOf } from './train-head.ts';

/** Mean over scenes of the IoU of what the head says with what is true; a cell that the subject shares counts by its share. */
export function meanIou(weights: Parameters, scenes: readonly EncodedScene[]): number {
  const ious = scenes.map(({ embedding, subject }) => {
    const size = gridSizeOf({ subject });
    const { logits } = runHead(weights, embedding, size);
    let [common, either] = [0, 0];
    forEachCell(size, (cell) => {
      const inside = logits[cell]! > 0 ? 1 : 0;
      common += Math.min(inside, subject[cell]!);
      either += Math.max(inside, subject[cell]!);
    });
    return common / either;
  });
  return ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}
