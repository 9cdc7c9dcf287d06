import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Pictures } from './compose-scene.ts';

const picturesSchema = v.array(
  v.object({
    package: v.string(),
    version: v.string(),
    licence: v.string(),
    role: v.picklist(['person', 'thing', 'scene']),
    files: v.array(v.string()),
  }),
);

/** Every seventh picture is in no scene that the head is fitted to. */
const HELD_EVERY = 7;
const HELD_PLACE = 3;

/**
 * The pictures that scenes are made of, as `pictures.json` beside this file lists them.
 * @param folder holds what each package unpacks to, in a folder of the package's name
 */
export function readPictures(folder: string): Record<'train' | 'held', Pictures> {
  const listed = v.parse(
    picturesSchema,
    JSON.parse(readFileSync(new URL('pictures.json', import.meta.url), 'utf8')),
  );
  const paths = (wanted: string, isHeld: boolean) =>
    listed
      .filter(({ role }) => role === wanted)
      .flatMap((source) => source.files.map((file) => join(folder, source.package, file)))
      .filter((_, i) => (i % HELD_EVERY === HELD_PLACE) === isHeld);
  const part = (isHeld: boolean): Pictures => ({
    people: paths('person', isHeld),
    things: paths('thing', isHeld),
    scenes: paths('scene', isHeld),
  });
  return { train: part(false), held: part(true) };
}
