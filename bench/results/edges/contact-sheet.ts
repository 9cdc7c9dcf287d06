import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import type { RgbaImage } from '../../../src/inference/image-codec.ts';
import type { Rect, Size } from '../../../src/shared/affine.ts';

const CELL: Size = { width: 260, height: 200 };
const GAP_PX = 8;
const TITLE_PX = 22;
const COLUMNS = 2;
const CHECKS_PX = 10;
const STRIP: Size = { width: 6 * (CELL.width + GAP_PX), height: TITLE_PX + CELL.height + GAP_PX };

/** A picture of [STRIP.height x STRIP.width] as PNG. */
export type SheetStrip = Buffer;

/**
 * Cutouts of one object, side by side: each over a checkerboard, white and magenta.
 * @param cutouts RGBA with straight alpha, two of one size
 * @param imageRect what to show of them, whole pixels
 */
export async function sheetStrip(
  title: string,
  cutouts: readonly [RgbaImage, RgbaImage],
  imageRect: Rect,
): Promise<SheetStrip> {
  const backdrops = [checkerboard(), plain('#fff'), plain('#f0f')];
  const overlays: OverlayOptions[] = [
    { input: svg({ width: STRIP.width, height: TITLE_PX }, label(title)), left: 0, top: 0 },
  ];
  for (const [n, cutout] of cutouts.entries()) {
    const cell = await cellOf(cutout, imageRect);
    for (const [m, backdrop] of backdrops.entries()) {
      const at = { left: (n * backdrops.length + m) * (CELL.width + GAP_PX), top: TITLE_PX };
      overlays.push({ input: backdrop, ...at }, { input: cell, ...at });
    }
  }
  return canvas(STRIP).composite(overlays).png().toBuffer();
}

/** @param strips from left to right, row by row */
export async function writeContactSheet(strips: readonly SheetStrip[], file: string): Promise<void> {
  const rows = Math.ceil(strips.length / COLUMNS);
  const size = { width: COLUMNS * (STRIP.width + GAP_PX), height: rows * STRIP.height };
  const overlays = strips.map((input, n) => ({
    input,
    left: (n % COLUMNS) * (STRIP.width + GAP_PX),
    top: Math.floor(n / COLUMNS) * STRIP.height,
  }));
  await canvas(size).composite(overlays).png().toFile(file);
}

async function cellOf({ data, width, height }: RgbaImage, { x, y, ...part }: Rect): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .extract({ left: x, top: y, ...part })
    .resize(CELL.width, CELL.height, { fit: 'contain', background: '#0000' })
    .png()
    .toBuffer();
}

function canvas(size: Size): Sharp {
  return sharp({ create: { ...size, channels: 3, background: '#fff' } });
}

function plain(colour: string): Buffer {
  return svg(CELL, `<rect width="100%" height="100%" fill="${colour}"/>`);
}

function checkerboard(): Buffer {
  const side = 2 * CHECKS_PX;
  const squares = `<path fill="#bbb" d="M0 0h${CHECKS_PX}v${side}h${CHECKS_PX}v-${CHECKS_PX}H0z"/>`;
  const pattern = `<pattern id="p" width="${side}" height="${side}" patternUnits="userSpaceOnUse">${squares}</pattern>`;
  return svg(
    CELL,
    `${pattern}<rect width="100%" height="100%" fill="#fff"/><rect width="100%" height="100%" fill="url(#p)"/>`,
  );
}

function label(text: string): string {
  return `<text x="2" y="${TITLE_PX - 6}" font-family="sans-serif" font-size="15">${text}</text>`;
}

function svg({ width, height }: Size, content: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`,
  );
}
