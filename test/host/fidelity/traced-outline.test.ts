import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { traceMask } from '../../../src/inference/trace/trace-mask.ts';
import type { ImagePath } from '../../../src/shared/host-contract.ts';
import { both, circle, geometryOf, logitsOf, star, turned, without } from '../../unit/synthetic-logits.ts';
import { firstSource, openPlugin } from '../open-plugin.ts';
import { areaOf, boundsAround, drawResultAlone, drawSourceAlone, iouOf, straysOf } from './drawn-object.ts';
import { at, buildCase, FLIP_X, move, PICTURE_SIZE_PX, turn } from './fidelity-case.ts';
import type { FidelityCase } from './fidelity-case.ts';

/**
 * A traced outline, with curves, corners and a hole, lies on the canvas where it lies in the image. What is expected is
 * the path drawn in image space by another renderer, as a picture in the layer; what is got is the vector that is placed.
 */
const MIN_IOU = 0.995;

/** A round part and a pointed one, off the middle so that no turn or flip hides; model pixels of 1024 x 768. */
const OBJECT = without(
  both(circle(430, 400, 210), turned(star(660, 330, 230), 17, 660, 330)),
  circle(400, 430, 80),
);

const GEOMETRY = geometryOf(PICTURE_SIZE_PX.width, PICTURE_SIZE_PX.height);

const PAINTS: Record<string, Partial<ImagePaint>> = {
  FILL: { scaleMode: 'FILL' },
  'FIT, turned': { scaleMode: 'FIT', rotation: 270 },
  CROP: {
    scaleMode: 'CROP',
    imageTransform: [
      [0.7, 0.12, 0.1],
      [-0.1, 0.8, 0.15],
    ],
  },
  'TILE, turned': { scaleMode: 'TILE', scalingFactor: 0.5, rotation: 180 },
};
const ANGLES = [0, 90, 180, 270, 25];

describe.each(Object.keys(PAINTS))('the outline of a mask in an image with %s', (paint) => {
  it.each(ANGLES.flatMap((angle) => [false, true].map((isFlipped) => [angle, isFlipped] as const)))(
    'in a layer turned by %i, mirrored: %s',
    (angle, isFlipped) =>
      check({
        name: paint,
        build: (scene) =>
          scene.layer(
            PAINTS[paint],
            at(move(200, 150), turn(angle), ...(isFlipped ? [FLIP_X] : []), move(-90, -60)),
          ),
      }),
  );
});

async function check(fidelityCase: FidelityCase): Promise<void> {
  const { document, layerId } = await buildCase(fidelityCase);
  const bounds = boundsAround(document, layerId);
  const { double, channel } = await openPlugin(document);
  try {
    const source = await firstSource(channel);
    const { pixels, imageSizePx, visibleImagePolygon } = await channel.call('readImage', { source });
    const { paths } = traceMask(logitsOf(OBJECT), GEOMETRY, visibleImagePolygon, { detail: 1 });
    expect(paths[0]!.data).toContain('C');
    const output = { kind: 'vector' as const, paths };
    const { notice } = await channel.call('placeOutput', { source, pixels, imageSizePx, output });
    expect(notice).toBeNull();
    const actual = await drawResultAlone(document, layerId, bounds);
    const actualArea = areaOf(actual, false);
    const expected = await drawSourceAlone({ ...fidelityCase, file: () => pictureOf(paths) }, bounds);
    const expectedArea = areaOf(expected, false);
    expect(expectedArea.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(1000);
    expect(iouOf(expectedArea, actualArea)).toBeGreaterThanOrEqual(MIN_IOU);
    const { width } = expected;
    expect([straysOf(expectedArea, actualArea, width), straysOf(actualArea, expectedArea, width)]).toEqual([
      0, 0,
    ]);
    expect(double.errors).toEqual([]);
  } finally {
    double.close();
  }
}

/** The paths drawn in image space, transparent around them. */
function pictureOf(paths: readonly ImagePath[]): Uint8Array {
  const { width, height } = PICTURE_SIZE_PX;
  const drawn = paths.map(({ data }) => `<path d="${data}" fill="#c40"/>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn}</svg>`;
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}
