import { multiply, type Affine } from '../../shared/affine.ts';
import type { Params, Result } from '../../shared/contract.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { HostContract, Output } from '../../shared/host-contract.ts';
import { makeCutout } from './cutout-pieces.ts';
import { findSource, type LiveSource } from './find-source.ts';
import { imageToLayer } from './image-placement.ts';
import { makeMaskGroup } from './mask-group-pieces.ts';
import type { ResultPieces } from './result-pieces.ts';
import { findResultPlace, type ResultPlace } from './result-place.ts';
import { makeVector } from './vector-pieces.ts';

/**
 * Puts a result exactly over its source, names it after it and selects it, in one undo step.
 * @throws TinyCutError `layer-missing`, `layer-changed`, `document-read-only`; the document is then as it was
 */
export async function placeOutput({
  source,
  imageSizePx,
  output,
}: Params<HostContract, 'placeOutput'>): Promise<Result<HostContract, 'placeOutput'>> {
  const live = await findSource(source);
  const place = findResultPlace(live.node);
  const imageToCanvas = multiply(
    live.node.absoluteTransform,
    imageToLayer(live.paint, imageSizePx, live.node),
  );
  // What the user did before is a step of its own.
  figma.commitUndo();
  const pieces = makePieces(output, live, multiply(place.canvasToParent, imageToCanvas), place);
  const isElsewhere = place.page.id !== figma.currentPage.id;
  place.page.selection = [pieces.root];
  figma.commitUndo();
  return {
    nodeIds: pieces.nodes.map(({ id }) => id),
    notice: isElsewhere ? `The result is on the page "${place.page.name}", beside its image.` : place.notice,
  };
}

function makePieces(
  output: Output,
  live: LiveSource,
  imageToParent: Affine,
  place: ResultPlace,
): ResultPieces {
  const created: SceneNode[] = [];
  try {
    switch (output.kind) {
      case 'cutout':
        return makeCutout(output.tiles, live, imageToParent, place, created);
      case 'vector':
        return makeVector(output.paths, live, imageToParent, place, created);
      case 'mask-group':
        return makeMaskGroup(output.paths, live, imageToParent, place, created);
    }
  } catch (thrown) {
    for (const node of created) if (!node.removed) node.remove();
    throw placementFailure(thrown);
  }
}

function placementFailure(thrown: unknown): TinyCutError {
  if (thrown instanceof TinyCutError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/read.?only|view.?only|permission|not allowed to edit/i.test(reason)) {
    return new TinyCutError(
      'document-read-only',
      'This file cannot be edited. Ask for edit access, or duplicate it to your drafts and open TinyCut there.',
    );
  }
  if (/image is too large/i.test(reason)) {
    return new TinyCutError(
      'image-too-large',
      'Figma takes no image of more than 4096 pixels a side. Apply the result as a vector or mask group instead.',
    );
  }
  return new TinyCutError('internal', `Figma refused the result (${reason}). Nothing was changed.`);
}
