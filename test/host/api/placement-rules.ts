import type { ModelledType } from '../document/node-record.ts';
import type { PluginRun } from './plugin-run.ts';

/** @throws Error with Figma's reasons when `childId` may not become a child of `parentId` */
export function requirePlaceable(run: PluginRun, childId: string, parentId: string, place: string): void {
  const child = run.requireWritable(childId, place);
  const parent = run.requireWritable(parentId, place);
  run.requireLoadedPage(parentId, place);
  const refuse = (reason: string): never => {
    throw new Error(`in ${place}: Cannot move node. ${reason}`);
  };
  if (child.type === 'PAGE') refuse('A page can only be in the document');
  if (run.isInsideInstance(childId)) refuse('The node is inside of an instance');
  if (parent.type === 'INSTANCE' || run.isInsideInstance(parentId)) {
    refuse('New parent is an instance or is inside of an instance');
  }
  if (run.document.lineage(parentId).some(({ id }) => id === childId))
    refuse('New parent is inside of the node');
  const lineage: ModelledType[] = run.document.lineage(parentId).map(({ type }) => type);
  if (parent.type === 'COMPONENT_SET' && child.type !== 'COMPONENT') {
    refuse('A component set can only hold components');
  }
  if (child.type === 'COMPONENT' && lineage.includes('COMPONENT'))
    refuse('A component cannot be inside of another');
  if (child.type === 'SECTION' && lineage.some((type) => type !== 'PAGE' && type !== 'SECTION')) {
    refuse('A section can only be on a page or in a section');
  }
}
