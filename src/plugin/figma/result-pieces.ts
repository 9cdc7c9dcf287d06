import { multiply, scaling, type Affine, type Size } from '../../shared/affine.ts';
import type { LiveSource } from './find-source.ts';
import { splitScale, type ResultPlace } from './result-place.ts';

/** What was made for one result: a single node, or a group and its members. */
export interface ResultPieces {
  root: SceneNode;
  /** The root among them. */
  nodes: readonly SceneNode[];
}

/** What every kind of result is made from. */
export interface ResultTask {
  source: LiveSource;
  /** From image space to the space that the result's relativeTransform is written in. */
  imageToParent: Affine;
  place: ResultPlace;
  /** Receives every node as soon as it is made, so that a failure can take them all back. */
  created: SceneNode[];
}

/** A node and how it gets into place, in the space of the result's parent. */
export interface Piece {
  node: SceneNode & LayoutMixin;
  settle(): void;
}

/** Figma refuses smaller sizes. */
const MIN_SIDE = 0.01;

/** A piece whose box covers the image of a `size` box under `boxToParent`. */
export function boxPiece(node: SceneNode & LayoutMixin, size: Size, boxToParent: Affine): Piece {
  const { transform, scaleX, scaleY } = splitScale(multiply(boxToParent, scaling(size.width, size.height)));
  return {
    node,
    settle() {
      const width = Math.max(scaleX, MIN_SIDE);
      const height = Math.max(scaleY, MIN_SIDE);
      // A resize moves the children of a frame by their constraints, so none where none is needed.
      if (differs(node.width, width) || differs(node.height, height))
        node.resizeWithoutConstraints(width, height);
      node.relativeTransform = asTransform(transform);
    },
  };
}

function differs(actual: number, wanted: number): boolean {
  return Math.abs(actual - wanted) > 1e-3 * Math.max(1, wanted);
}

/**
 * Puts pieces where the result belongs, first to last from back to front; several become a group.
 * `settle` runs last, since grouping, inserting and auto-layout all move nodes.
 */
export function insertPieces(pieces: readonly Piece[], name: string, place: ResultPlace): ResultPieces {
  const nodes = pieces.map(({ node }) => node);
  const root = nodes.length > 1 ? groupInOrder(nodes, place) : insertAlone(nodes[0] as SceneNode, place);
  root.name = name;
  if (isAutoLayout(place.parent) && 'layoutPositioning' in root) root.layoutPositioning = 'ABSOLUTE';
  for (const piece of pieces) piece.settle();
  return { root, nodes: nodes.length > 1 ? [root, ...nodes] : nodes };
}

function insertAlone(node: SceneNode, { parent, index }: ResultPlace): SceneNode {
  parent.insertChild(index, node);
  return node;
}

function groupInOrder(nodes: readonly SceneNode[], { parent, index }: ResultPlace): GroupNode {
  const group = figma.group(nodes, parent, index);
  nodes.forEach((node, i) => {
    if (group.children[i]?.id !== node.id) group.insertChild(i, node);
  });
  return group;
}

function isAutoLayout(parent: BaseNode): boolean {
  return 'layoutMode' in parent && parent.layoutMode !== 'NONE';
}

/** Figma's Transform is the mutable twin of Affine. */
export function asTransform(map: Affine): Transform {
  return [
    [map[0][0], map[0][1], map[0][2]],
    [map[1][0], map[1][1], map[1][2]],
  ];
}
