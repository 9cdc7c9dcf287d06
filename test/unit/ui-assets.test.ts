import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64ToBlob } from '../../src/ui/engine/base64-blob.ts';
import { takeEngineFiles } from '../../src/ui/engine/embedded-assets.ts';

const noPause = () => Promise.resolve();
/** Node 20 has no `fromBase64`; this stands for a browser that has. */
const nativeDecoder = {
  fromBase64: (text: string) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new SyntaxError('bad');
    return new Uint8Array(Buffer.from(text, 'base64'));
  },
};

async function bytesOf(blob: Blob): Promise<Buffer> {
  return Buffer.from(await blob.arrayBuffer());
}

class FakePage {
  readyState: DocumentReadyState = 'complete';
  readonly listeners: (() => void)[] = [];
  constructor(readonly texts: Map<string, string>) {}
  getElementById = (id: string) =>
    this.texts.has(id)
      ? { textContent: this.texts.get(id), getAttribute: () => null, remove: () => this.texts.delete(id) }
      : null;
  addEventListener = (_type: string, listener: () => void) => void this.listeners.push(listener);
}

function fakePage(overrides: Record<string, string | undefined> = {}) {
  const texts: Record<string, string | undefined> = {
    'asset-pack': `\n${Buffer.from('pack').toString('base64')}\n`,
    'asset-wasm': Buffer.from('wasm').toString('base64'),
    'worker-source': gzipSync('worker').toString('base64'),
    ...overrides,
  };
  const page = new FakePage(
    new Map(Object.entries(texts).filter((entry): entry is [string, string] => !!entry[1])),
  );
  return { page, asDocument: page as unknown as Document };
}

describe('assets in the page', () => {
  it.each([
    ['the browser’s decoder', nativeDecoder],
    ['the fallback', {}],
  ])('decodes base64 with %s', async (_name, decoder) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(await bytesOf(await base64ToBlob(text, noPause, decoder))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('decodes megabytes in slices, giving the thread back in between', async () => {
    const bytes = Buffer.alloc(2_500_001, 'TinyCut');
    let pauses = 0;
    const blob = await base64ToBlob(bytes.toString('base64'), () => Promise.resolve(void pauses++), {});
    expect((await bytesOf(blob)).equals(bytes)).toBe(true);
    expect(pauses).toBe(4);
  });

  it.each([
    ['the browser’s decoder', nativeDecoder],
    ['the fallback', {}],
  ])('refuses damaged text with %s', async (_name, decoder) => {
    await expect(base64ToBlob('not base64!', noPause, decoder)).rejects.toMatchObject({
      code: 'model-corrupt',
    });
  });

  it('takes all files out of the page', async () => {
    const { page, asDocument } = fakePage();
    const files = await takeEngineFiles(asDocument, noPause);
    const names = ['packGzip', 'wasmGzip', 'worker'] as const;
    const texts = await Promise.all(names.map(async (name) => (await bytesOf(files[name])).toString()));
    expect(texts).toEqual(['pack', 'wasm', 'worker']);
    expect([...page.texts.keys()]).toEqual([]);
  });

  it('fetches the files that the page has links to', async () => {
    const urlOf = (bytes: Uint8Array) => `data:;base64,${Buffer.from(bytes).toString('base64')}`;
    const links: Record<string, string> = {
      'asset-pack': urlOf(Buffer.from('pack')),
      'asset-wasm': urlOf(Buffer.from('wasm')),
      'worker-source': urlOf(gzipSync('worker')),
    };
    const page = (urls: Record<string, string>) =>
      ({
        readyState: 'complete',
        getElementById: (id: string) => ({ getAttribute: () => urls[id] }),
      }) as unknown as Document;
    const { packGzip, worker } = await takeEngineFiles(page(links), noPause);
    expect((await bytesOf(packGzip)).toString()).toBe('pack');
    expect((await bytesOf(worker)).toString()).toBe('worker');
    const broken = page({ ...links, 'asset-wasm': 'nowhere:' });
    await expect(takeEngineFiles(broken, noPause)).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('waits until the page is parsed', async () => {
    const { page, asDocument } = fakePage();
    page.readyState = 'loading';
    let isDone = false;
    const taking = takeEngineFiles(asDocument, noPause).then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve));
    expect(isDone).toBe(false);
    page.listeners.forEach((listener) => listener());
    await taking;
  });

  it('says what is missing or damaged, and leaves the rest for another try', async () => {
    const missing = fakePage({ 'asset-pack': undefined });
    await expect(takeEngineFiles(missing.asDocument, noPause)).rejects.toMatchObject({
      code: 'model-missing',
    });
    expect(missing.page.texts.size).toBe(2);
    for (const part of [{ 'asset-wasm': '###' }, { 'worker-source': 'AAAA' }]) {
      const damaged = fakePage(part);
      await expect(takeEngineFiles(damaged.asDocument, noPause)).rejects.toMatchObject({
        code: 'model-corrupt',
      });
    }
  });
});
