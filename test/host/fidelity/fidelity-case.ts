import { multiply, rotation, scaling, translation, type Affine } from '../../../src/shared/affine.ts';
import type { OutputKind, RenderReason } from '../../../src/shared/host-contract.ts';
import { FigmaDocument, type NodePatch } from '../document/figma-document.ts';
import type { ModelledType } from '../document/node-record.ts';
import { testPicture } from './test-picture.ts';

/** A page with one image layer, to be built as often as wanted. */
export interface FidelityCase {
  name: string;
  /** @returns the id of the layer */
  build(scene: Scene): string;
  /** In place of the usual picture of 480 x 360 pixels. */
  file?: () => Uint8Array | Promise<Uint8Array>;
  prepare?: (document: FigmaDocument, imageHash: string) => void;
  /** Which of the layer's fills. */
  fillIndex?: number;
  /** Where the pixels must come from; the stored file if left out. */
  rendered?: RenderReason;
  /** What must be said when the result is placed; nothing if left out. */
  notice?: RegExp;
  kinds?: readonly OutputKind[];
}

export const PICTURE_SIZE_PX = { width: 480, height: 360 };
export const LAYER_SIZE = { width: 240, height: 180 };
const PICTURE = testPicture(PICTURE_SIZE_PX);

/** What cases build with. */
export class Scene {
  readonly document = new FigmaDocument();

  constructor(readonly imageHash: string) {}

  /** Parents paint nothing, so that only the picture shows. */
  parent(type: ModelledType, patch: NodePatch = {}, parentId?: string): string {
    const hasPlace = type !== 'GROUP' && type !== 'BOOLEAN_OPERATION';
    return this.document.add(
      type,
      { fills: [], clipsContent: false, ...(hasPlace ? { width: 300, height: 240 } : {}), ...patch },
      parentId,
    );
  }

  image(paint: Partial<ImagePaint> = {}): Paint {
    return { type: 'IMAGE', scaleMode: 'FILL', imageHash: this.imageHash, ...paint };
  }

  layer(
    paint: Partial<ImagePaint> = {},
    patch: NodePatch = {},
    parentId?: string,
    type: ModelledType = 'RECTANGLE',
  ): string {
    const fills = [this.image(paint)];
    return this.document.add(type, { name: 'Photo', ...LAYER_SIZE, fills, ...patch }, parentId);
  }
}

/** Builds a case's page on a new document. */
export async function buildCase(
  fidelityCase: FidelityCase,
): Promise<{ document: FigmaDocument; layerId: string }> {
  const bytes = await fileOf(fidelityCase);
  // The document is the scene's; the hash depends on nothing but the bytes.
  const probe = new FigmaDocument();
  const { hash } = probe.images.keep(bytes, { width: 1, height: 1 });
  const scene = new Scene(hash);
  const { document } = scene;
  fidelityCase.prepare?.(document, hash);
  keepWhateverSize(document, bytes);
  const layerId = fidelityCase.build(scene);
  document.setSelection([layerId]);
  document.commitUndo();
  return { document, layerId };
}

const files = new WeakMap<FidelityCase, Uint8Array>();

async function fileOf(fidelityCase: FidelityCase): Promise<Uint8Array> {
  const bytes = files.get(fidelityCase) ?? (await fidelityCase.file?.()) ?? PICTURE;
  files.set(fidelityCase, bytes);
  return bytes;
}

/** Also what `createImage` would refuse: larger files have got into documents by other ways. */
function keepWhateverSize(document: FigmaDocument, bytes: Uint8Array): void {
  try {
    document.images.add(bytes);
  } catch {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    document.images.keep(bytes, { width: view.getUint32(16), height: view.getUint32(20) });
  }
}

export function at(...maps: Affine[]): { relativeTransform: Transform } {
  return { relativeTransform: multiply(...maps) as Transform };
}

export const move = translation;
export const turn = rotation;
export const FLIP_X = scaling(-1, 1);
export const FLIP_Y = scaling(1, -1);
/** Axes of unit length that are not at right angles. */
export const SKEW: Affine = [
  [1, Math.sin(0.35), 0],
  [0, Math.cos(0.35), 0],
];
