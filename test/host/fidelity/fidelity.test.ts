import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { Rect } from '../../../src/shared/affine.ts';
import type { OutputKind } from '../../../src/shared/host-contract.ts';
import type { FigmaDocument } from '../document/figma-document.ts';
import { openPlugin } from '../open-plugin.ts';
import {
  areaOf,
  boundsAround,
  colourDifference,
  drawPage,
  drawResultAlone,
  drawSourceAlone,
  iouOf,
  straysOf,
} from './drawn-object.ts';
import { buildCase, type FidelityCase } from './fidelity-case.ts';
import { GROUPS } from './fidelity-cases.ts';
import { makeOutput, openPicture } from './play-ui.ts';

/**
 * Wherever an image can be, a result lies on it. What is expected is drawn without the plugin: the page with nothing but
 * the image, of which the object is told by its colour. What is got is drawn with nothing but the result. The plugin's own
 * sources run in the double, and the UI's own code reads the image.
 */
const KINDS: readonly OutputKind[] = ['cutout', 'vector', 'mask-group'];
const MIN_IOU = 0.995;
/** Of 255; what scaling a picture twice and compressing it costs. */
const MAX_COLOUR_DIFFERENCE = 3;

const shown: { before: Buffer; after: Buffer }[] = [];

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(cases.map((fidelityCase) => [fidelityCase.name, fidelityCase] as const))(
    '%s',
    { timeout: 240_000 },
    (_name, fidelityCase) => check(fidelityCase),
  );
});

async function check(fidelityCase: FidelityCase): Promise<void> {
  const { document, layerId } = await buildCase(fidelityCase);
  const bounds = boundsAround(document, layerId);
  const before = document.toJson();
  const expected = await drawSourceAlone(fidelityCase, bounds);
  const expectedArea = areaOf(expected, true);
  expect(expectedArea.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(1000);

  const { double, channel } = await openPlugin(document);
  try {
    const { images } = await channel.call('getSelection', {});
    const { source } = images.find(({ source }) => source.fillIndex === (fidelityCase.fillIndex ?? 0))!;
    const opened = await openPicture(channel, source);
    const { pixels, imageSizePx } = opened.picture;
    expect(pixels.from === 'rendered' ? pixels.reason : undefined).toBe(fidelityCase.rendered);
    expect(document.toJson()).toBe(before);

    for (const kind of fidelityCase.kinds ?? KINDS) {
      const output = makeOutput(opened, kind);
      const { notice } = await channel.call('placeOutput', { source, pixels, imageSizePx, output });
      if (fidelityCase.notice) expect(notice).toMatch(fidelityCase.notice);
      else expect(notice).toBeNull();
      expectRestUnchanged(document, before);

      const actual = await drawResultAlone(document, layerId, bounds);
      const actualArea = areaOf(actual, false);
      const { width } = expected;
      expect([
        kind,
        'strays',
        straysOf(expectedArea, actualArea, width),
        straysOf(actualArea, expectedArea, width),
      ]).toEqual([kind, 'strays', 0, 0]);
      expect(iouOf(expectedArea, actualArea), `IoU of the ${kind}`).toBeGreaterThanOrEqual(MIN_IOU);
      if (kind !== 'vector') {
        // A mask group has all of the layer's fills.
        const looks = kind === 'cutout' ? expected : await drawSourceAlone(fidelityCase, bounds, true);
        expect(colourDifference(looks, actual, expectedArea), `colours of the ${kind}`).toBeLessThan(
          MAX_COLOUR_DIFFERENCE,
        );
      }
      if (kind === 'cutout') await show(document, bounds, actual.png);
      expect(double.undo()).toBe(true);
      expect(document.toJson()).toBe(before);
    }
    expect(double.errors).toEqual([]);
  } finally {
    double.close();
  }
}

/** Place, size and look of every layer that was there: a result moves and resizes nothing. */
function expectRestUnchanged(document: FigmaDocument, before: string): void {
  for (const node of JSON.parse(before) as { id: string; childIds: string[] }[]) {
    expect({ ...document.require(node.id), childIds: [] }).toEqual({ ...node, childIds: [] });
  }
}

async function show(document: FigmaDocument, bounds: Rect, after: Uint8Array): Promise<void> {
  const cell = (png: Uint8Array) =>
    sharp(png)
      .resize(180, 140, { fit: 'contain', background: '#fff0' })
      .flatten({ background: '#ddd' })
      .png()
      .toBuffer();
  shown.push({ before: await cell((await drawPage(document, bounds)).png), after: await cell(after) });
}

/** A sheet to look at: each page with its result, and the result alone. */
afterAll(async () => {
  const columns = 6;
  const [width, height] = [columns * 370, Math.ceil(shown.length / columns) * 145];
  mkdirSync('test/output', { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(
      shown.flatMap(({ before, after }, i) => {
        const [left, top] = [(i % columns) * 370, Math.floor(i / columns) * 145];
        return [
          { input: before, left, top },
          { input: after, left: left + 183, top },
        ];
      }),
    )
    .png()
    .toFile('test/output/fidelity.png');
});
