import * as v from 'valibot';
import { groupNodes } from '../document/group-nodes.ts';
import type { ModelledType } from '../document/node-record.ts';
import { checked, type Member, type MembersOf } from './member.ts';
import { requirePlaceable } from './placement-rules.ts';
import { nodeArgument } from './plugin-run.ts';
import { showUi } from './ui-members.ts';

const NOTIFY_LIMIT = 100;

/** As the prelude passes it on: `button` is its text. */
const notification = v.object({
  id: v.number(),
  error: v.optional(v.boolean()),
  timeout: v.optional(v.number()),
  button: v.optional(v.string()),
});

/** New nodes begin on the open page. */
function creator(type: ModelledType): Member {
  return {
    call: (run) => {
      run.requireEditable(`create${type}`);
      return run.refer(run.document.add(type));
    },
  };
}

function refusedUnderDynamicPage(member: string, instead: string): never {
  throw new Error(`in ${member}: Cannot be used with documentAccess: dynamic-page. Use ${instead} instead.`);
}

export const FIGMA_MEMBERS = {
  apiVersion: { get: () => '1.0.0' },
  editorType: { get: () => 'figma' },
  command: { get: (run) => run.options.command },
  root: { get: (run) => run.refer('') },
  currentPage: {
    get: (run) => run.refer(run.document.currentPageId),
    set: () => refusedUnderDynamicPage('set_currentPage', 'figma.setCurrentPageAsync'),
  },
  setCurrentPageAsync: {
    call: (run, _id, [page]) =>
      run.later(() => {
        const pageId = nodeArgument(page, 'setCurrentPageAsync');
        run.loadedPageIds.add(pageId);
        run.document.setCurrentPage(pageId);
      }),
  },
  getNodeById: { call: () => refusedUnderDynamicPage('getNodeById', 'figma.getNodeByIdAsync') },
  getNodeByIdAsync: {
    call: (run, _id, [nodeId]) =>
      run.later(() => {
        const wanted = checked(v.string(), nodeId, 'getNodeByIdAsync');
        return run.document.get(wanted) ? run.refer(wanted) : null;
      }),
  },
  createRectangle: creator('RECTANGLE'),
  createEllipse: creator('ELLIPSE'),
  createVector: creator('VECTOR'),
  createFrame: creator('FRAME'),
  createSection: creator('SECTION'),
  createComponent: creator('COMPONENT'),
  createText: creator('TEXT'),
  group: {
    call: (run, _id, [nodes, parent, index]) => {
      run.requireEditable('group');
      const ids = checked(v.pipe(v.array(v.unknown()), v.nonEmpty()), nodes, 'group').map((node) =>
        nodeArgument(node, 'group'),
      );
      const parentId = nodeArgument(parent, 'group');
      for (const id of ids) requirePlaceable(run, id, parentId, 'group');
      const at = checked(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), index, 'group');
      if (at !== undefined && at > run.node(parentId).childIds.length) {
        throw new Error('in group: The index is past the last child');
      }
      return run.refer(groupNodes(run.document, ids, parentId, at));
    },
  },
  createImage: {
    call: (run, _id, [bytes]) => {
      if (!(bytes instanceof Uint8Array)) throw new Error('in createImage: Expected a Uint8Array');
      return run.referToImage(run.document.images.add(bytes).hash);
    },
  },
  getImageByHash: {
    call: (run, _id, [hash]) => {
      const wanted = checked(v.string(), hash, 'getImageByHash');
      return run.document.images.get(wanted) ? run.referToImage(wanted) : null;
    },
  },
  notify: {
    call: (run, _id, [message, options]) => {
      const text = checked(v.string(), message, 'notify');
      const { id, error = false, timeout, button } = checked(notification, options, 'notify');
      run.options.notify(text.slice(0, NOTIFY_LIMIT), error, { id, timeoutMs: timeout, button });
    },
  },
  commitUndo: { call: (run) => run.document.commitUndo() },
  triggerUndo: { call: (run) => run.document.revertToCommit() },
  showUI: { call: (run, _id, [html, options]) => showUi(run, html, options) },
  closePlugin: {
    call: (run, _id, [message]) => {
      if (typeof message === 'string') run.options.notify(message.slice(0, NOTIFY_LIMIT), false);
      run.options.requestClose();
    },
  },
} satisfies MembersOf<PluginAPI>;

export const IMAGE_MEMBERS = {
  hash: { get: (_run, hash) => hash },
  getBytesAsync: {
    call: (run, hash) =>
      run.later(() => {
        const image = run.document.images.get(hash);
        if (!image) throw new Error('in getBytesAsync: Image not found');
        return image.bytes;
      }),
  },
  getSizeAsync: {
    call: (run, hash) =>
      run.later(() => {
        const image = run.document.images.get(hash);
        if (!image) throw new Error('in getSizeAsync: Image not found');
        return { ...image.sizePx };
      }),
  },
} satisfies MembersOf<Image>;

export const CLIENT_STORAGE_MEMBERS = {
  getAsync: {
    call: (run, _id, [key]) => run.later(() => run.storage.get(checked(v.string(), key, 'getAsync'))),
  },
  setAsync: {
    call: (run, _id, [key, value]) =>
      run.later(() => run.storage.set(checked(v.string(), key, 'setAsync'), value)),
  },
  deleteAsync: {
    call: (run, _id, [key]) => run.later(() => run.storage.delete(checked(v.string(), key, 'deleteAsync'))),
  },
  keysAsync: { call: (run) => run.later(() => run.storage.keys()) },
} satisfies MembersOf<ClientStorageAPI>;
