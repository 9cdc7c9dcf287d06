import type { NamedLayer } from '../../shared/host-contract.ts';
import { copyBlending } from './copy-look.ts';
import { objectPieces } from './object-pieces.ts';
import { groupPieces, insertGroup, type Piece, type ResultPieces, type ResultTask } from './result-pieces.ts';

/**
 * One group of all layers, from back to front. It carries the opacity and the blending of the source, since layers overlap
 * along their edges, where each for itself would show twice.
 */
export function placeLayers(layers: readonly NamedLayer[], task: ResultTask): ResultPieces {
  const { source, place } = task;
  const pieces = layers.map((layer) => layerPiece(layer, task));
  const result = insertGroup(pieces, `${source.node.name} layers`, place);
  const [first] = layers;
  // Shapes are plain shapes, as a single one is.
  if (first && first.output.kind !== 'vector') copyBlending(source.node, result.root);
  if (first?.output.kind === 'cutout') addPaintBlending(source.paint, result.root);
  return { root: result.root, nodes: [...new Set([...result.nodes, ...task.created])] };
}

function layerPiece({ name, colour, output }: NamedLayer, task: ResultTask): Piece {
  const look = { fill: { type: 'SOLID', color: colour } as const, isBlended: false };
  const { pieces, finish } = objectPieces(output, task, look);
  const [only] = pieces;
  let piece = only as Piece;
  if (pieces.length > 1) {
    const page = figma.currentPage;
    piece = groupPieces(pieces, name, { parent: page, index: page.children.length });
  }
  piece.node.name = name;
  finish();
  return piece;
}

/** What the fill alone has: of one fill on a layer, it comes to the same as that of the layer. */
function addPaintBlending({ opacity, blendMode }: ImagePaint, group: SceneNode): void {
  if (!('opacity' in group)) return;
  if (opacity !== undefined) group.opacity = group.opacity * opacity;
  if (blendMode && blendMode !== 'NORMAL') group.blendMode = blendMode;
}
