import type { ImageSession } from '../session/image-session.ts';
import { strings } from '../strings.ts';

/** Says so when the picture is not the stored image. */
export function PictureNote({ session }: { session: ImageSession }) {
  const pixels = session.picture.value?.pixels;
  if (pixels?.from !== 'rendered') return null;
  return (
    <p class="picture-note" role="note">
      {strings.rendered[pixels.reason]}
    </p>
  );
}
