import { describe, expect, it } from 'vitest';
import { ClientStorage } from './api/client-storage.ts';
import { openPlugin } from './open-plugin.ts';
import { photoDocument } from './photo-document.ts';
import { testPicture } from './fidelity/test-picture.ts';

describe('the size of the window', () => {
  const openWith = async (storage: ClientStorage) => {
    const { document } = photoDocument(testPicture({ width: 40, height: 30 }));
    return openPlugin(document, { storage });
  };
  /** Until it is so, or a second has gone. */
  const eventually = (look: () => unknown) => expect.poll(look, { timeout: 2000, interval: 20 });

  it('is remembered for the next time, within what fits', async () => {
    const storage = new ClientStorage();
    const first = await openWith(storage);
    await first.channel.call('resizeUi', { sizePx: { width: 640, height: 10 } });
    await eventually(() => storage.keys()).toEqual(['windowSize']);
    first.double.close();
    const second = await openWith(storage);
    await eventually(() => second.ui.window).toMatchObject({ widthPx: 640, heightPx: 400 });
    second.double.close();
  });

  it.each([['not a size'], [{ width: -5, height: 1e9 }], [{ width: 1e9, height: 1e9 }]])(
    'is a window’s in any case: %j',
    async (stored) => {
      const storage = new ClientStorage();
      storage.set('windowSize', stored);
      const { ui, double } = await openWith(storage);
      await ui.channel.call('describeHost', {});
      expect(ui.window!.widthPx).toBeGreaterThanOrEqual(300);
      expect(ui.window!.widthPx).toBeLessThanOrEqual(1600);
      expect(ui.window!.heightPx).toBeLessThanOrEqual(1200);
      expect(double.errors).toEqual([]);
      double.close();
    },
  );
});
