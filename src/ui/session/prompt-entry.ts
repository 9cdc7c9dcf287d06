import type { Point, Rect } from '../../shared/affine.ts';
import type { Prompt } from '../../shared/engine-contract.ts';
import type { Retouch } from '../../shared/retouch.ts';
import type { MaskSize } from './mask-size.ts';
import { NO_RETOUCH } from './retouching.ts';

/** 1 is on the object, 0 is off it. */
export type PointLabel = 0 | 1;

export interface LabelledPoint extends Point {
  label: PointLabel;
}

/** One state of the prompts, as undo steps through them. Points and box are in image space. */
export interface PromptEntry {
  /** Names the prompts in the table of results: a step that only retouches, or only picks another size, keeps it. */
  readonly id: number;
  /** Whether nothing is marked and the engine is to find what the image is about. */
  readonly isSubject: boolean;
  readonly points: readonly LabelledPoint[];
  readonly box: Rect | null;
  /** The mask [256 x 256] that this step refines; kept, so that the step can be computed again exactly. */
  readonly previousLogits: Float32Array | null;
  /** True while the mask that this step refines has to be computed again. */
  readonly isRefinedMaskLost: boolean;
  /** The user's pick for this step; null for the engine's. */
  readonly maskSize: MaskSize | null;
  /** What was done to the mask by hand; it stays on top of whatever mask comes. */
  readonly retouch: Retouch;
}

let lastId = 0;

export function nextEntryId(): number {
  return ++lastId;
}

export function emptyEntry(maskSize: MaskSize | null = null): PromptEntry {
  return {
    id: nextEntryId(),
    isSubject: false,
    points: [],
    box: null,
    previousLogits: null,
    isRefinedMaskLost: false,
    maskSize,
    retouch: NO_RETOUCH,
  };
}

export function subjectEntry(): PromptEntry {
  return { ...emptyEntry(), isSubject: true };
}

/** Whether they are one step, also where the mask that it refines was computed again in between. */
export function isSameStep(a: PromptEntry, b: PromptEntry): boolean {
  return a.id === b.id && a.retouch === b.retouch && a.maskSize === b.maskSize;
}

export function isEmpty(entry: PromptEntry): boolean {
  return !entry.isSubject && entry.points.length === 0 && entry.box === null;
}

/**
 * @param shown the mask on show, which the point refines, and for a subject the point that means it; null when there is
 * none yet
 * A size picked while hovering holds for the first point. Later ones refine the picked mask itself, so there the
 * engine's pick is the right one.
 */
export function withPoint(
  entry: PromptEntry,
  point: LabelledPoint,
  shown: { logits: Float32Array; imagePoint?: Point } | null,
): PromptEntry {
  const isFirst = isEmpty(entry);
  const seed: LabelledPoint[] =
    entry.isSubject && shown?.imagePoint ? [{ ...shown.imagePoint, label: 1 }] : [];
  return {
    id: nextEntryId(),
    isSubject: false,
    points: [...entry.points, ...seed, point],
    box: entry.box,
    previousLogits: isFirst ? null : (shown?.logits ?? null),
    isRefinedMaskLost: false,
    maskSize: isFirst ? entry.maskSize : null,
    retouch: entry.retouch,
  };
}

/** A new box asks anew: the mask of the old one would hold the answer back. */
export function withBox(entry: PromptEntry, box: Rect): PromptEntry {
  return {
    id: nextEntryId(),
    isSubject: false,
    points: entry.points,
    box,
    previousLogits: null,
    isRefinedMaskLost: false,
    maskSize: isEmpty(entry) ? entry.maskSize : null,
    retouch: entry.retouch,
  };
}

export function toPrompt(entry: PromptEntry): Prompt {
  return {
    points: entry.points.map(({ x, y, label }) => ({ x, y, label })),
    box: entry.box,
    previousLogits: entry.previousLogits,
  };
}
