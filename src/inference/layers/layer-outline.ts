import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { LayerFields } from './layer-fields.ts';
import { forEachCell } from './stack-regions.ts';

/**
 * Logits whose outline is that of one layer: towards what is below it lies on the edge, and below the layers above it goes
 * on, so that shapes drawn over one another leave no gap.
 * @param underlapCells how far it goes on, a whole number
 * @returns [256 x 256], row-major; > 0 is inside
 */
export function layerOutlineLogits(
  { fromHereUp, above }: LayerFields,
  underlapCells: number,
  sizeCells: Size,
): Float32Array {
  let grown: Float32Array = fromHereUp.map((logit, cell) => Math.min(logit, -above[cell]!));
  for (let i = 0; i < underlapCells; i++) grown = largestAround(grown, sizeCells);
  return fromHereUp.map((logit, cell) => Math.min(logit, grown[cell]!));
}

/** At each cell the largest of its 3 x 3 neighbourhood (greyscale dilation), which moves outlines by one cell. */
function largestAround(field: Float32Array, sizeCells: Size): Float32Array {
  const { width, height } = sizeCells;
  const alongRows = new Float32Array(field.length).fill(-1);
  forEachCell(sizeCells, (cell) => {
    const x = cell % LOGITS_SIDE;
    const left = field[x > 0 ? cell - 1 : cell]!;
    const right = field[x < width - 1 ? cell + 1 : cell]!;
    alongRows[cell] = Math.max(left, field[cell]!, right);
  });
  const largest = new Float32Array(field.length).fill(-1);
  forEachCell(sizeCells, (cell) => {
    const y = Math.floor(cell / LOGITS_SIDE);
    const up = alongRows[y > 0 ? cell - LOGITS_SIDE : cell]!;
    const down = alongRows[y < height - 1 ? cell + LOGITS_SIDE : cell]!;
    largest[cell] = Math.max(up, alongRows[cell]!, down);
  });
  return largest;
}

/** The largest logit of several fields at each cell: layers that become one. */
export function uniteFields(fields: readonly Float32Array[]): Float32Array {
  return fields.reduce((united, field) => united.map((logit, cell) => Math.max(logit, field[cell]!)));
}
