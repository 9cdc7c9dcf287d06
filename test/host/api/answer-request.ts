import type { ApiRequest } from '../sandbox/sandbox.ts';
import { ImageRef, NodeRef } from '../sandbox/wire.ts';
import { CLIENT_STORAGE_MEMBERS, FIGMA_MEMBERS, IMAGE_MEMBERS } from './figma-members.ts';
import type { Member } from './member.ts';
import { DOCUMENT_MEMBERS, NODE_TYPES } from './node-types.ts';
import type { PluginRun } from './plugin-run.ts';
import { UI_MEMBERS } from './ui-members.ts';

/** Every kind of object that a plugin can hold, with its members. */
const OBJECT_TYPES: Record<string, Record<string, Member>> = {
  figma: FIGMA_MEMBERS,
  'figma.ui': UI_MEMBERS,
  'figma.clientStorage': CLIENT_STORAGE_MEMBERS,
  Image: IMAGE_MEMBERS,
  DOCUMENT: DOCUMENT_MEMBERS,
  ...NODE_TYPES,
};

/** What the prelude builds the objects from. */
export const API_DESCRIPTION = Object.fromEntries(
  Object.entries(OBJECT_TYPES).map(([typeName, members]) => [
    typeName,
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, kindOf(member)])),
  ]),
);

function kindOf(member: Member): 'get' | 'getset' | 'call' {
  if (member.call) return 'call';
  return member.set ? 'getset' : 'get';
}

/** Runs one use of the API. @throws Error, which is thrown in the plugin */
export function answerRequest(run: PluginRun, { kind, reference, member, args }: ApiRequest): unknown {
  const { typeName, id } = resolve(reference);
  const found = OBJECT_TYPES[typeName]?.[member];
  switch (kind) {
    case 'get':
      return found?.get?.(run, id);
    case 'set':
      return found?.set?.(run, id, args[0]);
    case 'call':
      return found?.call?.(run, id, args);
  }
}

function resolve(reference: unknown): { typeName: string; id: string } {
  if (reference instanceof NodeRef) return { typeName: reference.type, id: reference.id };
  if (reference instanceof ImageRef) return { typeName: 'Image', id: reference.hash };
  return { typeName: String(reference), id: '' };
}
