import type { ModelledType } from '../document/node-record.ts';
import { BASE_MEMBERS, SCENE_MEMBERS } from './base-members.ts';
import { EXPORT_MEMBERS } from './export-members.ts';
import { LAYOUT_MEMBERS, POSITION_MEMBERS } from './geometry-members.ts';
import type { Member, MembersOf } from './member.ts';
import {
  BLEND_MEMBERS,
  CORNER_MEMBERS,
  FILL_MEMBERS,
  GEOMETRY_MEMBERS,
  RECTANGLE_CORNER_MEMBERS,
  STROKE_MEMBERS,
  VECTOR_MEMBERS,
} from './style-members.ts';
import {
  AUTO_LAYOUT_MEMBERS,
  CHILDREN_MEMBERS,
  CLONE,
  COMPONENT_MEMBERS,
  FRAME_MEMBERS,
  INSTANCE_MEMBERS,
  PAGE_MEMBERS,
} from './tree-members.ts';

const LAYER = {
  ...BASE_MEMBERS,
  ...SCENE_MEMBERS,
  ...LAYOUT_MEMBERS,
  ...BLEND_MEMBERS,
  ...EXPORT_MEMBERS,
  clone: CLONE,
};
const SHAPE = { ...LAYER, ...FILL_MEMBERS, ...STROKE_MEMBERS, ...GEOMETRY_MEMBERS };
const FRAME = {
  ...SHAPE,
  ...CORNER_MEMBERS,
  ...RECTANGLE_CORNER_MEMBERS,
  ...CHILDREN_MEMBERS,
  ...AUTO_LAYOUT_MEMBERS,
  ...FRAME_MEMBERS,
};
const TEXT_MEMBERS = {
  characters: { get: (run, id) => run.node(id).characters },
} satisfies MembersOf<TextNode>;

/** Which members each type of node has, names checked against Figma's own typings. */
export const NODE_TYPES = {
  PAGE: { ...BASE_MEMBERS, ...CHILDREN_MEMBERS, ...PAGE_MEMBERS } satisfies MembersOf<PageNode>,
  SECTION: {
    ...BASE_MEMBERS,
    ...SCENE_MEMBERS,
    ...POSITION_MEMBERS,
    ...FILL_MEMBERS,
    ...STROKE_MEMBERS,
    ...CORNER_MEMBERS,
    ...RECTANGLE_CORNER_MEMBERS,
    ...CHILDREN_MEMBERS,
    ...EXPORT_MEMBERS,
    clone: CLONE,
    resizeWithoutConstraints: LAYOUT_MEMBERS.resizeWithoutConstraints,
  } satisfies MembersOf<SectionNode>,
  FRAME: FRAME satisfies MembersOf<FrameNode>,
  COMPONENT: { ...FRAME, ...COMPONENT_MEMBERS } satisfies MembersOf<ComponentNode>,
  COMPONENT_SET: FRAME satisfies MembersOf<ComponentSetNode>,
  INSTANCE: { ...FRAME, ...INSTANCE_MEMBERS } satisfies MembersOf<InstanceNode>,
  GROUP: { ...LAYER, ...CHILDREN_MEMBERS } satisfies MembersOf<GroupNode>,
  BOOLEAN_OPERATION: {
    ...SHAPE,
    ...CORNER_MEMBERS,
    ...CHILDREN_MEMBERS,
    booleanOperation: { get: (run, id) => run.node(id).booleanOperation },
  } satisfies MembersOf<BooleanOperationNode>,
  RECTANGLE: { ...SHAPE, ...CORNER_MEMBERS, ...RECTANGLE_CORNER_MEMBERS } satisfies MembersOf<RectangleNode>,
  ELLIPSE: { ...SHAPE, ...CORNER_MEMBERS } satisfies MembersOf<EllipseNode>,
  STAR: { ...SHAPE, ...CORNER_MEMBERS } satisfies MembersOf<StarNode>,
  POLYGON: { ...SHAPE, ...CORNER_MEMBERS } satisfies MembersOf<PolygonNode>,
  VECTOR: { ...SHAPE, ...CORNER_MEMBERS, ...VECTOR_MEMBERS } satisfies MembersOf<VectorNode>,
  TEXT: { ...SHAPE, ...TEXT_MEMBERS } satisfies MembersOf<TextNode>,
  TEXT_PATH: { ...SHAPE, ...TEXT_MEMBERS } satisfies MembersOf<TextPathNode>,
} satisfies Record<ModelledType, Record<string, Member>>;

/** `figma.root` */
export const DOCUMENT_MEMBERS = {
  id: { get: () => '0:0' },
  type: { get: () => 'DOCUMENT' },
  name: { get: (run) => run.document.name },
  parent: { get: () => null },
  removed: { get: () => false },
  children: { get: (run) => run.document.pageIds.map((id) => run.refer(id)) },
} satisfies MembersOf<DocumentNode>;
