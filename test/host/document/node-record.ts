/** The node types that the double models. */
export type ModelledType =
  | 'PAGE'
  | 'SECTION'
  | 'FRAME'
  | 'COMPONENT'
  | 'COMPONENT_SET'
  | 'INSTANCE'
  | 'GROUP'
  | 'BOOLEAN_OPERATION'
  | 'RECTANGLE'
  | 'ELLIPSE'
  | 'STAR'
  | 'POLYGON'
  | 'VECTOR'
  | 'TEXT'
  | 'TEXT_PATH';

/**
 * One node as plain data, so that a document can be copied, compared and undone as text. Every type carries every
 * field; which of them a plugin may see is decided by the tables in `api/`.
 */
export interface NodeRecord {
  readonly id: string;
  readonly type: ModelledType;
  name: string;
  parentId: string | null;
  /** Back to front. */
  childIds: string[];
  visible: boolean;
  locked: boolean;
  opacity: number;
  blendMode: BlendMode;
  isMask: boolean;
  maskType: MaskType;
  effects: Effect[];
  width: number;
  height: number;
  /** Unit axes; relative to the nearest ancestor that is a container (page, section, frame, component, instance). */
  relativeTransform: Transform;
  /** `mixed` stands for a text or a vector with several fills. */
  fills: Paint[] | 'mixed';
  strokes: Paint[];
  strokeWeight: number;
  /** Top left, top right, bottom right, bottom left. */
  cornerRadii: [number, number, number, number];
  /** In the node's own space, whose box starts at (0, 0). */
  vectorPaths: VectorPath[];
  clipsContent: boolean;
  layoutMode: 'NONE' | 'HORIZONTAL' | 'VERTICAL';
  /** Whether an auto-layout frame hugs its children along both axes. */
  hugsContents: boolean;
  itemSpacing: number;
  /** The same on all four sides. */
  padding: number;
  layoutPositioning: 'AUTO' | 'ABSOLUTE';
  /** How a child fills auto-layout; kept, not acted on. */
  layoutGrow: number;
  layoutAlign: 'MIN' | 'CENTER' | 'MAX' | 'STRETCH' | 'INHERIT';
  exportSettings: { format: 'PNG' | 'JPG' }[];
  pluginData: Record<string, string>;
  mainComponentId: string | null;
  booleanOperation: 'UNION' | 'SUBTRACT' | 'INTERSECT' | 'EXCLUDE';
  characters: string;
}

export const IDENTITY_TRANSFORM: Transform = [
  [1, 0, 0],
  [0, 1, 0],
];

/** Containers own a coordinate space; groups and boolean operations do not. */
const CONTAINER_TYPES: readonly ModelledType[] = [
  'PAGE',
  'SECTION',
  'FRAME',
  'COMPONENT',
  'COMPONENT_SET',
  'INSTANCE',
];

/** Sized by their children, as in Figma. */
const SHRINK_WRAPPED_TYPES: readonly ModelledType[] = ['GROUP', 'BOOLEAN_OPERATION'];

export function isContainer(type: ModelledType): boolean {
  return CONTAINER_TYPES.includes(type);
}

export function isShrinkWrapped(type: ModelledType): boolean {
  return SHRINK_WRAPPED_TYPES.includes(type);
}

export function mayHaveChildren(type: ModelledType): boolean {
  return isContainer(type) || isShrinkWrapped(type);
}

const GREY: Paint = { type: 'SOLID', color: { r: 0.85, g: 0.85, b: 0.85 } };
const WHITE: Paint = { type: 'SOLID', color: { r: 1, g: 1, b: 1 } };
const BLACK: Paint = { type: 'SOLID', color: { r: 0, g: 0, b: 0 } };

/** A new node as Figma makes it: 100 x 100, grey shapes, white frames, vectors with a black stroke. */
export function newRecord(id: string, type: ModelledType): NodeRecord {
  const isFrameLike = ['FRAME', 'COMPONENT', 'COMPONENT_SET', 'SECTION'].includes(type);
  const isShape = [
    'RECTANGLE',
    'ELLIPSE',
    'STAR',
    'POLYGON',
    'TEXT',
    'TEXT_PATH',
    'BOOLEAN_OPERATION',
  ].includes(type);
  return {
    id,
    type,
    name: type[0] + type.slice(1).toLowerCase().replace('_', ' '),
    parentId: null,
    childIds: [],
    visible: true,
    locked: false,
    opacity: 1,
    blendMode: mayHaveChildren(type) && type !== 'BOOLEAN_OPERATION' ? 'PASS_THROUGH' : 'NORMAL',
    isMask: false,
    maskType: 'ALPHA',
    effects: [],
    width: 100,
    height: 100,
    relativeTransform: IDENTITY_TRANSFORM,
    fills: isFrameLike ? [WHITE] : isShape ? [GREY] : [],
    strokes: type === 'VECTOR' ? [BLACK] : [],
    strokeWeight: 1,
    cornerRadii: [0, 0, 0, 0],
    vectorPaths: [],
    clipsContent: type === 'FRAME' || type === 'COMPONENT',
    layoutMode: 'NONE',
    hugsContents: false,
    itemSpacing: 0,
    padding: 0,
    layoutPositioning: 'AUTO',
    layoutGrow: 0,
    layoutAlign: 'INHERIT',
    exportSettings: [],
    pluginData: {},
    mainComponentId: null,
    booleanOperation: 'UNION',
    characters: '',
  };
}
