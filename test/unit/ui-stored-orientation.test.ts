import { describe, expect, it } from 'vitest';
import type { ImageHeader } from '../../src/shared/image-header.ts';
import { showsTheSame } from '../../src/ui/session/stored-orientation.ts';
import { imageFile, openWorkspace } from './ui-fakes.ts';
import { currentProblem } from '../../src/ui/session/problem.ts';

const header = (orientation: number): ImageHeader => ({
  format: 'jpeg',
  storedSizePx: { width: 400, height: 300 },
  orientation,
});
const LYING = { width: 400, height: 300 };
const UPRIGHT = { width: 300, height: 400 };
const SQUARE = { width: 300, height: 300 };

describe('a stored file is taken for what the canvas shows', () => {
  it.each([
    ['without orientation', 1, LYING, LYING, true],
    ['when the host knows it in another resolution', 1, { width: 200, height: 150 }, LYING, true],
    ['not when the host knows it in other proportions', 1, UPRIGHT, LYING, false],
    ['when host and decoder have both turned it', 6, UPRIGHT, UPRIGHT, true],
    ['not when only the decoder has', 6, LYING, UPRIGHT, false],
    ['not when it is mirrored, of which its size tells nothing', 2, LYING, LYING, false],
    ['not when it is upside down', 3, LYING, LYING, false],
    ['not when it is square', 6, SQUARE, SQUARE, false],
  ] as const)('%s', (_name, orientation, host, decoded, expected) => {
    expect(showsTheSame(header(orientation), host, decoded)).toBe(expected);
  });
});

describe('a stored file that is of no use', () => {
  const open = async (stored: Uint8Array, renderedByte: number | null) => {
    const opened = await openWorkspace({ images: [], emptyReason: 'nothing-selected', omittedCount: 0 });
    opened.host.storedFile = stored;
    opened.host.renderedByte = renderedByte;
    opened.host.select({
      images: [{ source: { layerId: '1', fillIndex: 0, imageHash: 'h' }, name: 'A', layerSize: LYING }],
      emptyReason: null,
      omittedCount: 0,
    });
    await expect
      .poll(() => opened.session()?.pictureState.value.phase ?? 'reading', { timeout: 5000 })
      .not.toBe('reading');
    return opened;
  };
  const BOMB = imageFile(5, { width: 60_000, height: 60_000 });

  it.each([
    ['of an unknown kind', Uint8Array.of(66, 77, 1, 2, 3)],
    ['that cannot be decoded', imageFile(99)],
    ['that would unpack to gigabytes', BOMB],
  ])('is replaced by a rendered one: %s', async (_name, file) => {
    const { session } = await open(file, 42);
    expect(session().picture.value?.pixels).toMatchObject({ from: 'rendered', reason: 'unreadable' });
  });

  it('is named as the trouble when nothing can be rendered either', async () => {
    const { workspace, engine } = await open(BOMB, null);
    expect(currentProblem(workspace, engine.client)?.message).toMatch(/60000 x 60000 pixels.*Scale it down/);
  });
});
