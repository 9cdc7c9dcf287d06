import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import {
  openImage,
  readEvalSet,
  readGroundTruth,
  type EvalMask,
  type OpenedImage,
} from '../quality/eval-set.ts';
import type { GroundTruth } from '../quality/mask-iou.ts';

const subjectSchema = v.object({
  images: v.array(
    v.object({
      id: v.string(),
      category: v.string(),
      mask: v.string(),
      kind: v.string(),
      ignore: v.optional(v.number()),
    }),
  ),
});

/** An image of the evaluation set that is about one thing, or one thing of several. */
export interface SubjectImage {
  id: string;
  category: string;
  mask: EvalMask;
  open: () => Promise<OpenedImage & { truth: GroundTruth }>;
}

/** @param evalFolder with `index.json` and `subject.json` */
export function readSubjectImages(evalFolder: string): SubjectImage[] {
  const all = new Map(readEvalSet(evalFolder)!.map((image) => [image.id, image]));
  const listed = JSON.parse(readFileSync(join(evalFolder, 'subject.json'), 'utf8')) as unknown;
  return v.parse(subjectSchema, listed).images.map(({ id, category, mask: file, kind, ignore }) => {
    const mask = { file, kind, ignore };
    return {
      id,
      category,
      mask,
      open: async () => {
        const opened = await openImage(evalFolder, all.get(id)!);
        const path = join(evalFolder, file);
        return { ...opened, truth: await readGroundTruth(path, mask, opened.geometry.imageSizePx) };
      },
    };
  });
}
