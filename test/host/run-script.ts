import type { FigmaDocument } from './document/figma-document.ts';
import { FigmaDouble, type FigmaDoubleOptions } from './figma-double.ts';
import { rasteriseToPng } from './rasterise-svg.ts';
import { HeadlessUi } from './headless-ui.ts';

/**
 * Runs the body of an async function as a plugin, to its end, and closes the plugin.
 * @returns what the body returned, if it is JSON
 * @throws Error with the message of what the body threw
 */
export async function runScript(
  document: FigmaDocument,
  body: string,
  options: Partial<FigmaDoubleOptions> = {},
): Promise<unknown> {
  const outcome: { value?: string; thrown?: string } = {};
  const mainJs = `(async () => { 'use strict'; ${body} })()
    .then((value) => console.info(JSON.stringify([value])), (error) => console.error(error.message))
    .then(() => figma.closePlugin());`;
  const double = await FigmaDouble.open({
    mainJs,
    uiHtml: '<p>Hello</p>',
    document,
    surface: new HeadlessUi(),
    rasterise: rasteriseToPng,
    onConsole: (level, line) => {
      if (level === 'info') outcome.value = line;
      if (level === 'error') outcome.thrown = line;
    },
    ...options,
  });
  await double.whenClosed;
  if (double.errors[0]) throw new Error(double.errors[0]);
  if (outcome.thrown !== undefined) throw new Error(outcome.thrown);
  return outcome.value === undefined ? undefined : (JSON.parse(outcome.value) as unknown[])[0];
}
