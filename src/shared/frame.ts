import * as v from 'valibot';

/** Raised whenever a frame or a contract changes in a way that an older peer would misread. */
export const PROTOCOL_VERSION = 1;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/**
 * What travels. `tinycut` marks our own traffic, since a window also hears messages that are none of ours.
 * Payloads (`params`, `value`) are checked by the contract of the method or event, not here.
 */
export const frameSchema = v.variant('kind', [
  v.object({
    tinycut: v.literal(true),
    kind: v.literal('hello'),
    version: v.number(),
    answer: v.boolean(),
  }),
  v.object({
    tinycut: v.literal(true),
    kind: v.literal('call'),
    id,
    method: v.string(),
    params: v.unknown(),
  }),
  v.object({ tinycut: v.literal(true), kind: v.literal('result'), id, value: v.unknown() }),
  v.object({
    tinycut: v.literal(true),
    kind: v.literal('error'),
    id,
    code: v.string(),
    message: v.string(),
  }),
  v.object({ tinycut: v.literal(true), kind: v.literal('progress'), id, value: v.unknown() }),
  v.object({ tinycut: v.literal(true), kind: v.literal('cancel'), id }),
  v.object({
    tinycut: v.literal(true),
    kind: v.literal('event'),
    name: v.string(),
    value: v.unknown(),
  }),
  v.object({ tinycut: v.literal(true), kind: v.literal('bye') }),
]);

export type Frame = v.InferOutput<typeof frameSchema>;

/** The frame, or null for anything that is not one: foreign messages are passed over in silence. */
export function parseFrame(message: unknown): Frame | null {
  const parsed = v.safeParse(frameSchema, message);
  return parsed.success ? parsed.output : null;
}
