import { describe, expect, it } from 'vitest';
import { images, openWorkspace } from './ui-fakes.ts';

/** The host keeps the embedding of the last image; the fake engine takes one that begins with the file's last byte. */
describe('the embedding of an image', () => {
  it('is kept under what names its pixels', async () => {
    const { host } = await openWorkspace();
    expect(host.keptEmbedding).toEqual({ imageKey: 'hash-1', bytes: Uint8Array.of(1) });
  });

  it('is brought back, and then not kept again', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const { host, session } = await openWorkspace(images(1), 'object', (_workspace, host) => {
      host.keptEmbedding = { imageKey: 'hash-1', bytes };
    });
    expect(session().embedded.value).toMatchObject({ fromCache: true });
    expect(host.keptEmbedding!.bytes).toEqual(bytes);
  });

  it('is made anew when what comes back is of no use', async () => {
    const { host, session } = await openWorkspace(images(1), 'object', (_workspace, host) => {
      host.keptEmbedding = { imageKey: 'hash-1', bytes: Uint8Array.of(99) };
    });
    expect(session().embedded.value).toMatchObject({ fromCache: false });
    expect(host.keptEmbedding!.bytes).toEqual(Uint8Array.of(1));
  });

  it('is of rendered pixels under another name than that of the stored ones', async () => {
    const { host } = await openWorkspace(images(99), 'object', (_workspace, host) => (host.renderedByte = 7));
    expect(host.keptEmbedding).toMatchObject({ imageKey: '["hash-99",""]', bytes: Uint8Array.of(7) });
  });
});
