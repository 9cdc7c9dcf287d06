import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Picture } from '../session/picture.ts';
import { icons } from './icons.tsx';

const SIDE_PX = 24;

/** The picture at icon size, cropped to a square. It stays when the picture is closed; before, an icon stands in. */
export function Thumbnail({ picture }: { picture: Picture | null }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const wasDrawn = useRef(false);
  useLayoutEffect(() => {
    const context = canvasRef.current?.getContext('2d');
    if (!context || !picture) return;
    const { width, height } = picture.imageSizePx;
    const side = Math.min(width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      picture.image as ImageBitmap,
      (width - side) / 2,
      (height - side) / 2,
      side,
      side,
      0,
      0,
      SIDE_PX * 2,
      SIDE_PX * 2,
    );
    wasDrawn.current = true;
  }, [picture]);
  return (
    <span class="thumbnail">
      {!picture && !wasDrawn.current && icons.image}
      <canvas ref={canvasRef} width={SIDE_PX * 2} height={SIDE_PX * 2} aria-hidden="true" />
    </span>
  );
}
