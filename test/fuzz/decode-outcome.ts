import { decodeImageFile } from '../../src/inference/decode-image.ts';
import type { ImageCodec } from '../../src/inference/image-codec.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { MAX_IMAGE_PIXELS, readImageHeader } from '../../src/shared/image-header.ts';
import { must } from './fuzz-report.ts';

const CODES = ['image-unreadable', 'image-too-large', 'out-of-memory'];

/**
 * What comes of a file in the decoder path, in Node or in a page.
 * @throws Error when anything is wrong with that
 */
export async function decodeOutcome(file: Uint8Array, realCodec: ImageCodec): Promise<string> {
  let wasDecoderAsked = false;
  const codec: ImageCodec = {
    decode(...args) {
      wasDecoderAsked = true;
      return realCodec.decode(...args);
    },
  };
  try {
    const { width, height, data } = await decodeImageFile(file, codec);
    must(width >= 1 && height >= 1 && data.length === width * height * 4, () => 'pixels without their size');
    must(width * height <= MAX_IMAGE_PIXELS, () => `${width} x ${height} pixels got past the header`);
    const { storedSizePx } = readImageHeader(file);
    must(
      [width, height].sort().join() === [storedSizePx.width, storedSizePx.height].sort().join(),
      () => `${width} x ${height} pixels, which the header does not say`,
    );
    return 'decoded';
  } catch (thrown) {
    if (!(thrown instanceof TinyCutError)) throw thrown;
    must(CODES.includes(thrown.code), () => `${thrown.code}: ${thrown.message}`);
    must(/^[A-Z].{20,}[.]$/s.test(thrown.message), () => `a message that says nothing: ${thrown.message}`);
    if (thrown.message.includes('its header says')) return 'refused: another size than the header says';
    return `${wasDecoderAsked ? 'not decoded' : 'refused by the header'}: ${thrown.code}`;
  }
}
