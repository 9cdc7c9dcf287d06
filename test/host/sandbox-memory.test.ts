import { expect, it } from 'vitest';
import { FigmaDocument } from './document/figma-document.ts';
import { FigmaDouble } from './figma-double.ts';
import { HeadlessUi } from './headless-ui.ts';

it('ends cleanly after a job that made QuickJS ask for more memory', async () => {
  const double = await FigmaDouble.open({
    mainJs: 'Promise.resolve().then(() => { globalThis.kept = new Uint8Array(60e6); });',
    uiHtml: '',
    document: new FigmaDocument(),
    surface: new HeadlessUi(),
  });
  expect(double.errors).toEqual([]);
  expect(() => double.close()).not.toThrow();
  expect(double.isClosed).toBe(true);
});
