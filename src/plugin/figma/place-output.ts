import { invert, multiply, type Affine, type Size } from '../../shared/affine.ts';
import type { Params, Result } from '../../shared/contract.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { HostContract, Output } from '../../shared/host-contract.ts';
import { copyBlending, copyOpacityAround } from './copy-look.ts';
import { remember } from './cutout-record.ts';
import { isEditRefusal } from './edit-access.ts';
import { findRendered, findSource, type LiveSource } from './find-source.ts';
import {
  findFormerResult,
  imageToParentOf,
  canTakePlace,
  placeBesideFormer,
  placeOfFormer,
  takeOver,
  whyNotReplaced,
} from './former-result.ts';
import { imageToLayer } from './image-placement.ts';
import { objectPieces } from './object-pieces.ts';
import { placeLayers } from './place-layers.ts';
import { offerCutting, offerEditing } from './relaunch-buttons.ts';
import { insertPieces, resultName, type ResultPieces, type ResultTask } from './result-pieces.ts';
import { renderedToLayer } from './rendered-pixels.ts';
import { findResultPlace, type ResultPlace } from './result-place.ts';
import { selectResult, type Batch } from './select-result.ts';
import { removeLeftOver, takeBack } from './temporary-nodes.ts';
import { PLACEHOLDER_FILL } from './vector-pieces.ts';

/**
 * Puts a result exactly over its source, names it after it and selects it unless the user has selected something else
 * meanwhile, in one undo step; or puts it in the place of an earlier result, which it takes over name and look from.
 * @throws TinyCutError `layer-missing`, `layer-changed`, `document-read-only`; the document is then as it was
 */
export async function placeOutput(
  { source, pixels, imageSizePx, output, recipe, replacesNodeId }: Params<HostContract, 'placeOutput'>,
  batch: Batch | null = null,
): Promise<Result<HostContract, 'placeOutput'>> {
  const isRendered = pixels.from === 'rendered';
  const live = isRendered ? withoutFilters(await findRendered(source, pixels)) : await findSource(source);
  const former = replacesNodeId === undefined ? null : await findFormerResult(replacesNodeId);
  const notReplaced = replacesNodeId === undefined || former ? null : await whyNotReplaced(replacesNodeId);
  const replaced = former && canTakePlace(former, output.kind) ? former : null;
  const place = replaced
    ? placeOfFormer(replaced)
    : former
      ? placeBesideFormer(former)
      : findResultPlace(live.node);
  const imageToLayerMap = isRendered
    ? renderedToLayer(pixels)
    : imageToLayer(live.paint, imageSizePx, live.node);
  const movedAlong = former?.record.isRendered === isRendered ? imageToParentOf(former, imageSizePx) : null;
  const layerToParent = movedAlong
    ? multiply(movedAlong, invert(imageToLayerMap))
    : multiply(place.canvasToParent, live.node.absoluteTransform);
  const imageToParent = movedAlong ?? multiply(layerToParent, imageToLayerMap);
  removeLeftOver();
  // What the user did before is a step of its own.
  figma.commitUndo();
  const task: ResultTask = {
    source: live,
    imageToParent,
    layerToParent,
    imageSizePx,
    place,
    created: [],
    moved: [],
  };
  const pieces = makePieces(output, task, (root) => {
    selectResult(place.page, root, former ? [live.node, former.node] : [live.node], batch);
    if (recipe) {
      const origin = live.isOrphan && former ? former.record.source : source;
      remember(root, { source: origin, imageSizePx, isRendered, imageToParent, recipe });
      offerEditing(root, live.node.name);
    }
    // After it was written down where the image lies: auto-layout may move what takes over.
    if (replaced) takeOver(replaced, root, output.kind, live, task.moved);
    if (!live.isOrphan) offerCutting(live.node);
    if (replaced) replaced.node.remove();
  });
  figma.commitUndo();
  const notices = noticesOf(live, place, isRendered ? null : imageToLayerMap, imageSizePx);
  return {
    nodeIds: pieces.nodes.map(({ id }) => id),
    notice: [notReplaced, ...notices].filter(Boolean).join(' ') || null,
    hasReplaced: replaced !== null,
  };
}

/** Rendered pixels have the adjustments in them. */
function withoutFilters({ node, paint }: LiveSource): LiveSource {
  return { node, paint: { ...paint, filters: {} } };
}

/** @param map from the stored image to the layer; null for rendered pixels, which have all of the layer in them */
function noticesOf(
  { node, paint }: LiveSource,
  place: ResultPlace,
  map: Affine | null,
  image: Size,
): string[] {
  const notices = place.notice === null ? [] : [place.notice];
  if (place.page.id !== figma.currentPage.id) {
    notices.push(`The result is on the page "${place.page.name}", beside its image.`);
  }
  if (!map || paint.scaleMode !== 'TILE') return notices;
  // Upright, whichever way the image is turned.
  const tileWidth = Math.abs(map[0][0]) * image.width + Math.abs(map[0][1]) * image.height;
  const tileHeight = Math.abs(map[1][0]) * image.width + Math.abs(map[1][1]) * image.height;
  if (tileWidth < node.width || tileHeight < node.height) {
    notices.push('The image repeats in its layer: the result covers the first tile.');
  }
  return notices;
}

/**
 * All of it, selected, or nothing.
 * @param finishRoot what is still to be done with the result as a whole; its failure takes everything back
 */
function makePieces(
  output: Output,
  task: ResultTask,
  finishRoot: (root: ResultPieces['root']) => void,
): ResultPieces {
  const { page } = task.place;
  const selectedBefore = page.selection;
  try {
    const pieces = insertOutput(output, task);
    finishRoot(pieces.root);
    if (pieces.root.removed) throw takenAway();
    return pieces;
  } catch (thrown) {
    const wasTakenAway = task.created.some(({ removed }) => removed);
    takeBack(task.created, task.moved);
    page.selection = selectedBefore.filter(({ removed }) => !removed);
    throw wasTakenAway ? takenAway() : placementFailure(thrown);
  }
}

function insertOutput(output: Output, task: ResultTask): ResultPieces {
  const result = insertUnfaded(output, task);
  if (!isPlainShape(output)) copyOpacityAround(task.source.node, task.place.sibling, result.root);
  return result;
}

function insertUnfaded(output: Output, task: ResultTask): ResultPieces {
  if (output.kind === 'layers') return placeLayers(output.layers, task);
  const { node } = task.source;
  const { pieces, finish } = objectPieces(output, task, { fill: PLACEHOLDER_FILL, isBlended: true });
  const result = insertPieces(pieces, resultName(node, output.kind), task.place);
  finish();
  if (output.kind === 'cutout') copyBlending(node, result.root);
  return result;
}

/** A shape looks like none of its source; it is there to be coloured. */
function isPlainShape(output: Output): boolean {
  return (output.kind === 'layers' ? output.layers[0]?.output : output)?.kind === 'vector';
}

function takenAway(): TinyCutError {
  return new TinyCutError(
    'internal',
    'Layers of the result were removed while it was placed, so the rest was taken back. Apply it again.',
  );
}

function placementFailure(thrown: unknown): TinyCutError {
  if (thrown instanceof TinyCutError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (isEditRefusal(thrown)) {
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
  return new TinyCutError(
    'internal',
    `Figma refused the result (${reason}). Nothing was changed; try again.`,
  );
}
