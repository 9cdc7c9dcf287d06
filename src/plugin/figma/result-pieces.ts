import { multiply, scaling, type Affine, type Size } from '../../shared/affine.ts';
import type { LiveSource } from './find-source.ts';
import type { MovedLayer } from './moved-layers.ts';
import type { OutputKind } from '../../shared/host-contract.ts';
import { splitScale, type ResultPlace } from './result-place.ts';

/** What was made for one result: a single node, or a group and its members. */
export interface ResultPieces {
  root: SceneNode & LayoutMixin;
  /** The root among them. */
  nodes: readonly SceneNode[];
}

/** What every kind of result is made from. */
export interface ResultTask {
  source: LiveSource;
  /** From image space to the space that the result's relativeTransform is written in. */
  imageToParent: Affine;
  /** The same of the source's own space. */
  layerToParent: Affine;
  imageSizePx: Size;
  place: ResultPlace;
  /** Receives every node as soon as it is made, so that a failure can take them all back. */
  created: SceneNode[];
  /** The same of every layer of the user's that is moved. */
  moved: MovedLayer[];
}

/** A node and how it gets into place, in the space of the result's parent. */
export interface Piece {
  node: SceneNode & LayoutMixin;
  settle(): void;
}

/** What one object is made of. */
export interface ObjectPieces {
  /** From back to front; not empty. */
  pieces: readonly Piece[];
  /** To be called when the pieces have a group of their own, if they are several. */
  finish(): void;
}

/** What a result is called until someone calls it otherwise. */
export function resultName(source: SceneNode, kind: OutputKind): string {
  return `${source.name} ${kind.replace('-', ' ')}`;
}

/** How an object looks, apart from its outline. */
export interface ObjectLook {
  /** Of a shape. */
  fill: SolidPaint;
  /** False where a group around several objects carries the opacity and the blending of the source. */
  isBlended: boolean;
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
 * Puts the pieces of one object where the result belongs; several become a group.
 * `settle` runs last, since inserting and auto-layout move nodes.
 */
export function insertPieces(pieces: readonly Piece[], name: string, place: ResultPlace): ResultPieces {
  const [first] = pieces;
  if (pieces.length > 1 || !first) return insertGroup(pieces, name, place);
  first.node.name = name;
  insertSettled(place, first);
  return { root: first.node, nodes: [first.node] };
}

/** The same for pieces of which even a single one gets a group. */
export function insertGroup(pieces: readonly Piece[], name: string, place: ResultPlace): ResultPieces {
  const page = figma.currentPage;
  const group = groupPieces(pieces, name, { parent: page, index: page.children.length });
  insertSettled(place, group);
  return { root: group.node, nodes: [group.node, ...pieces.map(({ node }) => node)] };
}

/**
 * Settled before as well, since a node keeps its relative transform when it is inserted: one that comes from elsewhere would
 * blow up a group for a moment, and auto-layout around that group would move everything.
 */
function insertSettled({ parent, index }: ResultPlace, { node, settle }: Piece): void {
  settle();
  parent.insertChild(index, node);
  if (isAutoLayout(parent) && 'layoutPositioning' in node) node.layoutPositioning = 'ABSOLUTE';
  settle();
}

/** Puts pieces into one group; several of those can go into a group again. */
export function groupPieces(pieces: readonly Piece[], name: string, place: GroupPlace): Piece {
  const group = groupInOrder(
    pieces.map(({ node }) => node),
    place,
  );
  group.name = name;
  return {
    node: group,
    settle() {
      for (const piece of pieces) piece.settle();
    },
  };
}

type GroupPlace = Pick<ResultPlace, 'parent' | 'index'>;

function groupInOrder(nodes: readonly SceneNode[], { parent, index }: GroupPlace): GroupNode {
  const group = figma.group(nodes, parent, index);
  nodes.forEach((node, i) => {
    if (group.children[i]?.id !== node.id) group.insertChild(i, node);
  });
  return group;
}

export function isAutoLayout(parent: BaseNode): boolean {
  return 'layoutMode' in parent && parent.layoutMode !== 'NONE';
}

/** Figma's Transform is the mutable twin of Affine. */
export function asTransform(map: Affine): Transform {
  return [
    [map[0][0], map[0][1], map[0][2]],
    [map[1][0], map[1][1], map[1][2]],
  ];
}
