import type { Rect } from '../../../src/shared/affine.ts';
import type { ImageStore, StoredImage } from '../document/image-store.ts';
import { element } from './markup.ts';

/** What a picture refers to: each image once, clips, masks, patterns. */
export class SvgDefs {
  private readonly parts: string[] = [];
  private readonly imageIds = new Map<string, string>();
  private lastId = 0;

  image({ hash, bytes, sizePx }: StoredImage, orientation: ImageStore['orientation']): string {
    const known = this.imageIds.get(hash);
    if (known) return known;
    const id = this.add('image', {
      width: sizePx.width,
      height: sizePx.height,
      preserveAspectRatio: 'none',
      style: orientation === 'ignored' ? 'image-orientation:none' : undefined,
      href: `data:${mimeOf(bytes)};base64,${toBase64(bytes)}`,
    });
    this.imageIds.set(hash, id);
    return id;
  }

  clipPath(outline: readonly string[]): string {
    return this.add('clipPath', {}, outline.join(''));
  }

  mask(content: string, box: Rect, type: 'alpha' | 'luminance'): string {
    const region = { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 };
    return this.add(
      'mask',
      { maskUnits: 'userSpaceOnUse', ...region, 'mask-type': type, style: `mask-type:${type}` },
      content,
    );
  }

  pattern(width: number, height: number, content: string): string {
    return this.add('pattern', { patternUnits: 'userSpaceOnUse', width, height }, content);
  }

  /**
   * @param primitives SVG filter primitives; colours are sRGB
   * @param margin room around what is filtered, in its own sizes
   */
  filter(primitives: string, margin: number): string {
    const side = 1 + 2 * margin;
    const region = { x: -margin, y: -margin, width: side, height: side };
    return this.add('filter', { ...region, 'color-interpolation-filters': 'sRGB' }, primitives);
  }

  toString(): string {
    return element('defs', {}, this.parts.join(''));
  }

  private add(name: string, attributes: Record<string, string | number | undefined>, content = ''): string {
    const id = `${name}-${++this.lastId}`;
    this.parts.push(element(name, { id, ...attributes }, content));
    return id;
  }
}

function mimeOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff) return 'image/jpeg';
  return bytes[0] === 0x47 ? 'image/gif' : 'image/png';
}

function toBase64(bytes: Uint8Array): string {
  const CHUNK = 0x8000;
  let binary = '';
  for (let i = 0; i < bytes.length; i += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(binary);
}
