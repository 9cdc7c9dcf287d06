import type { Point, Size } from '../../shared/affine.ts';
import type { CancelSignal } from '../../shared/cancellation.ts';
import { LOGITS_SIDE, type Prompt, type SubjectProposal } from '../../shared/engine-contract.ts';
import type { BatchDecoder } from '../everything/find-regions.ts';
import { squaredDistances } from '../mask/distance-transform.ts';
import { imageSizeCells } from '../mask/image-cells.ts';
import { cellToImagePoint, type MaskGeometry } from '../matte/mask-geometry.ts';
import { letCancelThrough } from '../let-cancel-through.ts';
import { toPromptTokens, type PromptTokens } from '../prompt/prompt-tokens.ts';
import { backgroundMap, backgroundOf, centralPiece, foregroundLogits } from './background.ts';
import { mapPrompts } from './map-prompts.ts';
import { scoreCandidates, type SubjectEvidence } from './score-candidates.ts';
import { candidateIou, subjectCandidate, type SubjectCandidate } from './subject-candidate.ts';
import { borderPrompts, centredBoxPrompts } from './subject-prompts.ts';

export interface SubjectOptions {
  /** How likely each cell belongs to the subject, [256 x 256], of `subjectMap`; left out, the search does without. */
  map?: Float32Array | undefined;
  /** Heard between decoder calls, 0.2 s apart on the machines that we know. */
  signal?: CancelSignal | undefined;
  /** Told the share that is done, 0..1. */
  onProgress?: ((fraction: number) => void) | undefined;
}

const TOKENS = 4;
/** As the search for everything: more at once is hardly faster, and a cancel must be heard. */
const PROMPTS_PER_CALL = 2;
/** A mask along so much of the border is taken for background, and what it leaves for the subject. */
const COMPLEMENT_BORDER_FRACTION = 0.45;
/** What the background leaves has no estimate of the decoder's. */
const COMPLEMENT_PREDICTED_IOU = 0.9;
const MAX_PROPOSALS = 3;
/** Proposals that are more alike are one. */
const MAX_PROPOSAL_IOU = 0.7;

/**
 * Finds what an image is about, without being told where: a dozen prompts. Points at the border give background; boxes and points
 * where the map says so give things. What is like the map, fills the image but for the background, is stable, and is what several
 * prompts answer with, is taken for the subject. Where there is no map, or nothing on it, boxes around the middle are asked for.
 * @returns at most three proposals, best first, none like another; empty when there is nothing but background
 * @throws TinyCutError `cancelled`, and what the decoder throws
 */
export async function findSubject<Image>(
  decoder: BatchDecoder<Image>,
  prepared: Image,
  geometry: MaskGeometry,
  { map = new Float32Array(LOGITS_SIDE * LOGITS_SIDE), signal, onProgress }: SubjectOptions = {},
): Promise<SubjectProposal[]> {
  const sizeCells = imageSizeCells(geometry.modelSizePx);
  const border = borderPrompts(geometry.imageSizePx);
  const likely = mapPrompts(map, sizeCells, geometry);
  const things = likely.length > 0 ? likely : centredBoxPrompts(geometry.imageSizePx);
  const promptCount = border.length + things.length;
  let askedCount = 0;
  const measured = (logits: Float32Array, predictedIou: number) =>
    subjectCandidate(logits, predictedIou, geometry.modelSizePx, sizeCells);
  /** The four masks of each prompt. */
  const ask = async (prompts: readonly Prompt[]): Promise<(SubjectCandidate | null)[][]> => {
    const answers: (SubjectCandidate | null)[][] = [];
    for (const batch of inBatches(prompts.map((prompt) => toPromptTokens(prompt, geometry)))) {
      await letCancelThrough(signal);
      const { logits, predictedIous } = await decoder.decodeBatch(prepared, batch, signal);
      for (let mask = 0; mask < batch.length * TOKENS; mask += TOKENS) {
        answers.push(
          [0, 1, 2, 3].map((token) => measured(logits[mask + token]!, predictedIous[mask + token]!)),
        );
      }
      askedCount += batch.length;
      onProgress?.(askedCount / promptCount);
    }
    return answers;
  };

  const atBorder = await ask(border);
  const onThings = await ask(things);
  const background = backgroundMap(
    // Token 0 answers prompts that mean one thing, which a single point does not.
    atBorder.flatMap((masks) => backgroundOf(masks.slice(1), sizeCells) ?? []),
  );
  const foreground = foregroundLogits(background);
  const candidates = [
    ...onThings.flat().flatMap((mask) => {
      if (!mask || mask.borderFraction < COMPLEMENT_BORDER_FRACTION) return mask ?? [];
      return (
        measured(
          mask.logits.map((logit) => -logit),
          mask.predictedIou,
        ) ?? []
      );
    }),
    ...[foreground, centralPiece(foreground, sizeCells)].flatMap(
      (logits) => measured(logits, COMPLEMENT_PREDICTED_IOU) ?? [],
    ),
  ];
  return distinct(ranked(candidates, { background, map }, sizeCells)).map(({ candidate, score }) =>
    proposal(candidate, score, geometry),
  );
}

/** Prompts that the decoder takes in one call: next to one another, and of one length. */
function inBatches(prompts: readonly PromptTokens[]): PromptTokens[][] {
  const batches: PromptTokens[][] = [];
  for (const prompt of prompts) {
    const last = batches.at(-1);
    const fits = last && last.length < PROMPTS_PER_CALL && last[0]!.labels.length === prompt.labels.length;
    if (fits) last.push(prompt);
    else batches.push([prompt]);
  }
  return batches;
}

interface Ranked {
  candidate: SubjectCandidate;
  score: number;
}

function ranked(
  candidates: readonly SubjectCandidate[],
  evidence: SubjectEvidence,
  sizeCells: Size,
): Ranked[] {
  const scores = scoreCandidates(candidates, evidence, sizeCells);
  return candidates
    .map((candidate, i) => ({ candidate, score: scores[i]! }))
    .sort((a, b) => b.score - a.score);
}

function distinct(all: readonly Ranked[]): Ranked[] {
  const kept: Ranked[] = [];
  for (const next of all) {
    if (kept.length === MAX_PROPOSALS) break;
    if (kept.every(({ candidate }) => candidateIou(candidate, next.candidate) <= MAX_PROPOSAL_IOU))
      kept.push(next);
  }
  return kept;
}

function proposal(candidate: SubjectCandidate, score: number, geometry: MaskGeometry): SubjectProposal {
  const { logits, predictedIou, stabilityScore, areaFraction } = candidate;
  const imagePoint = thickestPoint(logits, geometry);
  return { logits, score, predictedIou, stabilityScore, areaFraction, imagePoint };
}

function thickestPoint(logits: Float32Array, geometry: MaskGeometry): Point {
  const size = imageSizeCells(geometry.modelSizePx);
  const mask = new Uint8Array(size.width * size.height);
  for (let cell = 0; cell < mask.length; cell++) {
    mask[cell] = logits[Math.floor(cell / size.width) * LOGITS_SIDE + (cell % size.width)]! > 0 ? 1 : 0;
  }
  const distances = squaredDistances(mask, size);
  const deepest = distances.reduce((best, distance, cell) => (distance > distances[best]! ? cell : best), 0);
  return cellToImagePoint((deepest % size.width) + 0.5, Math.floor(deepest / size.width) + 0.5, geometry);
}
