import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parse } from 'acorn';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FigmaDouble } from '../host/figma-double.ts';
import { HeadlessUi } from '../host/headless-ui.ts';
import { photoDocument } from '../host/photo-document.ts';

/** What the build leaves for Figma, as it is: `npm test` builds before it runs this. */
const read = (path: string) => readFileSync(path, 'utf8');

/** Measured in headless Chromium: inline HTML of 30 MB is ready in 2.6 s, of 60 MB in 9.3 s (figma-platform.md). */
const MAX_UI_BYTES = 18_000_000;
const MAX_MAIN_BYTES = 200_000;

describe('manifest.json', () => {
  const manifestSchema = v.looseObject({
    name: v.pipe(v.string(), v.nonEmpty()),
    id: v.string(),
    api: v.literal('1.0.0'),
    main: v.string(),
    ui: v.string(),
    editorType: v.tuple([v.literal('figma')]),
    documentAccess: v.literal('dynamic-page'),
    networkAccess: v.object({ allowedDomains: v.tuple([v.literal('none')]) }),
    menu: v.optional(v.array(v.looseObject({ name: v.string(), command: v.string() }))),
  });

  it('is one that Figma takes, and its files exist', () => {
    const manifest = v.parse(manifestSchema, JSON.parse(read('manifest.json')));
    expect(existsSync(manifest.main)).toBe(true);
    expect(existsSync(manifest.ui)).toBe(true);
  });
});

describe('dist/main.js', () => {
  let ui: HeadlessUi;
  let double: FigmaDouble;

  beforeAll(async () => {
    ui = new HeadlessUi();
    const { document } = photoDocument(new Uint8Array(readFileSync('samples/bowl.jpg')));
    double = await FigmaDouble.open({ mainJs: read('dist/main.js'), uiHtml: '', document, surface: ui });
  });

  afterAll(() => double?.close());

  it('parses as an ES2017 script', () => {
    expect(() => parse(read('dist/main.js'), { ecmaVersion: 2017, sourceType: 'script' })).not.toThrow();
  });

  it('runs with no more globals than Figma gives', async () => {
    const { images } = await ui.channel.call('getSelection', {});
    expect(images).toHaveLength(1);
    const image = await ui.channel.call('readImage', { source: images[0]!.source });
    expect(image.bytes).toEqual(new Uint8Array(readFileSync('samples/bowl.jpg')));
    expect(double.errors).toEqual([]);
  });

  it('is small', () => {
    expect(statSync('dist/main.js').size).toBeLessThan(MAX_MAIN_BYTES);
  });
});

describe('dist/ui.html', () => {
  const html = () => read('dist/ui.html');
  /** The models and the WebAssembly are base64 in elements of their own; what is left is what a browser may follow. */
  const withoutAssets = () =>
    html().replace(/<script[^>]*type="text\/plain"[^>]*>[A-Za-z0-9+/=\s]*<\/script>/g, '');

  it('loads nothing from anywhere', () => {
    const markup = withoutAssets();
    expect(markup.length).toBeLessThan(1_000_000);
    expect(markup).not.toMatch(
      /<(?:script|img|iframe|link|audio|video|source|object|embed)\b[^>]*\s(?:src|href|data)\s*=/i,
    );
    const styles = markup.match(/<style[^>]*>[\s\S]*?<\/style>/g)!.join('\n');
    expect(styles).not.toMatch(/@import\b/i);
    const targets = [...styles.matchAll(/\burl\(\s*["']?([^"')]*)/gi)].map(([, target]) => target!);
    expect(targets.filter((target) => !/^(data:|#)/.test(target))).toEqual([]);
    const urls = markup.match(/\b(?:https?|wss?):\/\/[^\s"'`<>)\\]+/g) ?? [];
    expect([...new Set(urls)].filter((url) => !url.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  it('carries the engine and its models', () => {
    for (const id of ['asset-pack', 'asset-wasm', 'worker-source']) {
      expect(html()).toContain(`id="${id}"`);
    }
  });

  it('stays under its size limit', () => {
    const sizes = Object.fromEntries(
      ['dist/main.js', 'dist/ui.html'].map((path) => [path, { bytes: statSync(path).size }]),
    );
    mkdirSync('test/output', { recursive: true });
    writeFileSync('test/output/bundle-sizes.json', `${JSON.stringify(sizes, null, 2)}\n`);
    process.stdout.write(
      `${Object.entries(sizes)
        .map(([path, { bytes }]) => `${path}: ${(bytes / 1e6).toFixed(2)} MB`)
        .join(', ')}\n`,
    );
    expect(sizes['dist/ui.html']!.bytes).toBeLessThan(MAX_UI_BYTES);
  });
});
