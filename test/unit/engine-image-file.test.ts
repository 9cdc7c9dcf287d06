import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { contentHash } from '../../src/inference/content-hash.ts';
import { decodeImageFile } from '../../src/inference/decode-image.ts';
import { readImageHeader } from '../../src/shared/image-header.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';

const bowl = readFileSync(new URL('../../samples/bowl.jpg', import.meta.url));
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

/** Red on the left, blue on the right, 40 x 20. */
const flag = sharp({ create: { width: 20, height: 20, channels: 3, background: '#f00' } }).extend({
  right: 20,
  background: '#00f',
});

/** A file of 40 x 20 whose header says 60,000 x 60,000; 16,000 x 16,000 where the format goes no further. */
async function decompressionBomb(kind: string): Promise<Uint8Array> {
  if (kind === 'webp extended') {
    const file = await flag
      .clone()
      .ensureAlpha(0.5)
      .webp()
      .withExif({ IFD0: { Copyright: 'x' } })
      .toBuffer();
    expect(file.toString('latin1', 12, 16)).toBe('VP8X');
    file.writeUIntLE(60_000 - 1, 24, 3);
    file.writeUIntLE(60_000 - 1, 27, 3);
    return file;
  }
  if (kind === 'webp lossless') {
    const file = await flag.clone().webp({ lossless: true }).toBuffer();
    expect(file.toString('latin1', 12, 16)).toBe('VP8L');
    file.writeUInt32LE((16_000 - 1) | ((16_000 - 1) << 14), 21);
    return file;
  }
  if (kind === 'webp lossy') {
    const file = await flag.clone().webp().toBuffer();
    expect(file.toString('latin1', 12, 16)).toBe('VP8 ');
    file.writeUInt16LE(16_000, 26);
    file.writeUInt16LE(16_000, 28);
    return file;
  }
  const file = await flag
    .clone()
    .toFormat(kind as 'png')
    .toBuffer();
  if (kind === 'png') {
    file.writeUInt32BE(60_000, 16);
    file.writeUInt32BE(60_000, 20);
  } else if (kind === 'gif') {
    file.writeUInt16LE(60_000, 6);
    file.writeUInt16LE(60_000, 8);
  } else {
    const frame = file.indexOf(Buffer.of(0xff, 0xc0));
    file.writeUInt16BE(60_000, frame + 5);
    file.writeUInt16BE(60_000, frame + 7);
  }
  return file;
}

describe('the header check', () => {
  it.each(['png', 'jpeg', 'gif', 'webp'] as const)('knows a %s file and its size', async (format) => {
    const file = await flag.clone().toFormat(format).toBuffer();
    expect(readImageHeader(file)).toEqual({
      format,
      storedSizePx: { width: 40, height: 20 },
      orientation: 1,
    });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(0xff)],
    ['text', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PDF', new TextEncoder().encode('%PDF-1.7 and so on and so on and so on')],
    [
      'a PNG that ends in its header',
      encode({ width: 1, height: 1, data: new Uint8Array(4) }).subarray(0, 14),
    ],
    ['a JPEG that ends before its size', bowl.subarray(0, 30)],
  ])('refuses %s, saying what to do', (_, file) => {
    expect(() => readImageHeader(file)).toThrow(withCode('image-unreadable'));
    expect(() => readImageHeader(file)).toThrow(/Export it/);
  });

  it.each(['png', 'jpeg', 'gif', 'webp lossy', 'webp lossless', 'webp extended'] as const)(
    'refuses a small %s that would unpack to 60,000 x 60,000 pixels, without decoding it',
    async (kind) => {
      const bomb = await decompressionBomb(kind);
      const decode = vi.fn();
      await expect(decodeImageFile(bomb, { decode })).rejects.toMatchObject({
        code: 'image-too-large',
        message: expect.stringMatching(/has \d{5} x \d{5} pixels.*Scale it down first\.$/) as unknown,
      });
      expect(decode).not.toHaveBeenCalled();
    },
  );

  it('refuses a JPEG of any cut length without hanging', () => {
    for (let length = 0; length < 600; length += 7) {
      try {
        readImageHeader(bowl.subarray(0, length));
      } catch (thrown) {
        expect(thrown).toEqual(withCode('image-unreadable'));
      }
    }
  });
});

describe('decoding', () => {
  it.each([
    ['narrower', 5, 20],
    ['wider', 5928, 20],
    ['higher', 40, 65_343],
  ])('refuses a GIF whose screen is %s than its picture, saying both sizes', async (_, width, height) => {
    const file = await flag.clone().gif().toBuffer();
    expect(await decodeImageFile(file, sharpImageCodec)).toMatchObject({ width: 40, height: 20 });
    file.writeUInt16LE(width, 6);
    file.writeUInt16LE(height, 8);
    await expect(decodeImageFile(file, sharpImageCodec)).rejects.toMatchObject({
      code: 'image-unreadable',
      message: expect.stringMatching(
        new RegExp(`damaged.* ${width} x ${height} pixels.* has 40 x 20\\. Export it again\\.$`),
      ) as unknown,
    });
  });

  it('calls a file with a sound header and a broken body damaged', async () => {
    const broken = Uint8Array.from(bowl.subarray(0, 20_000));
    await expect(decodeImageFile(broken, sharpImageCodec)).rejects.toEqual(withCode('image-unreadable'));
    const png = await flag.clone().png().toBuffer();
    await expect(decodeImageFile(png.subarray(0, -30), sharpImageCodec)).rejects.toEqual(
      withCode('image-unreadable'),
    );
  });

  it('keeps colours and straight alpha exactly', async () => {
    const data = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => (i * 89 + (i >> 3)) % 256);
    const image = await decodeImageFile(
      encode({ width: 16, height: 16, data, channels: 4 }),
      sharpImageCodec,
    );
    expect(image).toMatchObject({ width: 16, height: 16 });
    expect(Array.from(image.data)).toEqual(Array.from(data));
  });

  it('gives grey, palette and 16-bit files four channels of 8 bits', async () => {
    const grey = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#808080' } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const palette = await flag.clone().png({ palette: true }).toBuffer();
    const deep = encode({
      width: 1,
      height: 1,
      depth: 16,
      channels: 3,
      data: Uint16Array.of(65535, 32896, 0),
    });
    expect(Array.from((await decodeImageFile(grey, sharpImageCodec)).data.slice(0, 4))).toEqual([
      128, 128, 128, 255,
    ]);
    expect(Array.from((await decodeImageFile(palette, sharpImageCodec)).data.slice(0, 4))).toEqual([
      255, 0, 0, 255,
    ]);
    expect(Array.from((await decodeImageFile(deep, sharpImageCodec)).data)).toEqual([255, 128, 0, 255]);
  });

  it('applies the EXIF orientation', async () => {
    // 6: the stored rows run from top to bottom on the right, so red (stored left) is on top.
    const file = await flag.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { width, height, data } = await decodeImageFile(file, sharpImageCodec);
    expect([width, height]).toEqual([20, 40]);
    const at = (x: number, y: number) =>
      Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));
    expect(at(10, 5)[0]).toBeGreaterThan(200);
    expect(at(10, 35)[2]).toBeGreaterThan(200);
  });
});

describe('the content hash', () => {
  it('is SHA-256, as other programs compute it', () => {
    // FIPS 180-2, appendix B.1.
    expect(contentHash(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('tells pixels of another shape or value apart', () => {
    const data = new Uint8Array(2 * 8 * 4);
    const hashes = [
      contentHash({ width: 2, height: 8, data }),
      contentHash({ width: 8, height: 2, data }),
      contentHash({ width: 2, height: 8, data: data.slice().fill(1, 9, 10) }),
      contentHash(data),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});
