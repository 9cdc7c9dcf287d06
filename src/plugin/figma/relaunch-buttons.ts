/** Commands of the manifest's `relaunchButtons`; a button shows on layers that name it. */
type RelaunchCommand = 'edit' | 'subject' | 'repeat' | 'object';

/** On a result that remembers how it was made. */
export function offerEditing(result: SceneNode, sourceName: string): void {
  const editing: Partial<Record<RelaunchCommand, string>> = { edit: shortened(`Cut out of “${sourceName}”`) };
  result.setRelaunchData(editing as { [command: string]: string });
}

/**
 * On a layer whose image was cut; what else it offers stays. Not in components and their instances: there it would be a
 * change to publish, or an override.
 */
export function offerCutting(source: SceneNode): void {
  if (isShared(source)) return;
  const cutting: Record<Exclude<RelaunchCommand, 'edit'>, string> = { subject: '', repeat: '', object: '' };
  try {
    const offered = source.getRelaunchData();
    if (Object.keys(cutting).every((command) => command in offered)) return;
    source.setRelaunchData({ ...offered, ...cutting });
  } catch {
    // The result stands without buttons on a layer that takes none.
  }
}

function isShared(layer: SceneNode): boolean {
  for (let node: BaseNode | null = layer; node; node = node.parent) {
    if (node.type === 'INSTANCE' || node.type === 'COMPONENT') return true;
  }
  return false;
}

/** For a copy that is a part of another result. */
export function withdrawOffers(copy: SceneNode): void {
  copy.setRelaunchData({});
}

/** A description longer than 1000 characters is refused, and one longer than a line not read. */
function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
