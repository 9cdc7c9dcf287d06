import { afterEach, describe, expect, it } from 'vitest';
import { ClientStorage } from './api/client-storage.ts';
import { gradientPng } from './mask-picture.ts';
import { openPlugin, type OpenPlugin } from './open-plugin.ts';
import { photoDocument } from './photo-document.ts';

const LENGTH = 2_100_000;

let plugin: OpenPlugin | null = null;
afterEach(() => {
  expect(plugin?.double.errors).toEqual([]);
  plugin?.double.close();
});

async function open(storage: ClientStorage) {
  plugin?.double.close();
  const { document } = photoDocument(gradientPng({ width: 80, height: 60 }));
  plugin = await openPlugin(document, { storage });
  return plugin.channel;
}

describe('the embedding of the last image', () => {
  it('comes back in the next session, byte for byte, and for no other image', async () => {
    const storage = new ClientStorage();
    const bytes = Uint8Array.from({ length: LENGTH }, (_, i) => (i * 7) % 256);
    await (await open(storage)).call('keepEmbedding', { imageKey: 'photo', bytes });
    const next = await open(storage);
    expect((await next.call('recallEmbedding', { imageKey: 'other' })).bytes).toBeNull();
    const { bytes: recalled } = await next.call('recallEmbedding', { imageKey: 'photo' });
    expect(Buffer.compare(recalled!, bytes)).toBe(0);
  });

  it('gives way where the storage is full, and nothing fails', async () => {
    const storage = new ClientStorage();
    storage.set('something else', 'x'.repeat(4_800_000));
    const channel = await open(storage);
    await channel.call('keepEmbedding', { imageKey: 'photo', bytes: new Uint8Array(LENGTH) });
    expect(storage.keys()).toEqual(['something else']);
    expect((await (await open(storage)).call('recallEmbedding', { imageKey: 'photo' })).bytes).toBeNull();
  });

  it('is passed over when what is stored is something else', async () => {
    for (const stored of ['text', { imageKey: 'photo' }, { imageKey: 'photo', bytes: [1, 2] }, null]) {
      const storage = new ClientStorage();
      storage.set('embedding', stored);
      const channel = await open(storage);
      expect((await channel.call('recallEmbedding', { imageKey: 'photo' })).bytes).toBeNull();
    }
  });
});
