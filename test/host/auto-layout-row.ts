import type { FigmaDocument } from './document/figma-document.ts';

/** An auto-layout frame that hugs its children, with one rectangle in it. @returns its id */
export function addAutoLayoutRow(document: FigmaDocument): string {
  const row = document.add('FRAME', {
    layoutMode: 'HORIZONTAL',
    itemSpacing: 8,
    padding: 4,
    hugsContents: true,
  });
  document.add('RECTANGLE', {}, row);
  return row;
}
