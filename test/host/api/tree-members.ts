import * as v from 'valibot';
import { copySubtree } from '../document/copy-subtree.ts';
import { checked, finite, storedField, type Member, type MembersOf } from './member.ts';
import { requirePlaceable } from './placement-rules.ts';
import { nodeArgument } from './plugin-run.ts';

const childIndex = v.pipe(finite, v.safeInteger(), v.minValue(0));

export const CHILDREN_MEMBERS = {
  children: {
    get: (run, id) => {
      run.requireLoadedPage(id, 'get_children');
      return run.node(id).childIds.map((childId) => run.refer(childId));
    },
  },
  appendChild: {
    call: (run, id, [child]) => {
      const childId = nodeArgument(child, 'appendChild');
      requirePlaceable(run, childId, id, 'appendChild');
      run.document.move(childId, id);
    },
  },
  insertChild: {
    call: (run, id, [index, child]) => {
      const childId = nodeArgument(child, 'insertChild');
      const at = checked(childIndex, index, 'insertChild');
      requirePlaceable(run, childId, id, 'insertChild');
      if (at > run.node(id).childIds.length)
        throw new Error('in insertChild: The index is past the last child');
      run.document.move(childId, id, at);
    },
  },
} satisfies MembersOf<ChildrenMixin>;

/** A copy goes to the top of the open page and keeps its relative transform: elsewhere than the original, then. */
export const CLONE: Member = {
  call: (run, id) => {
    run.requireEditable('clone');
    run.node(id);
    return run.refer(copySubtree(run.document, id, { parentId: run.document.currentPageId }));
  },
};

export const AUTO_LAYOUT_MEMBERS = {
  layoutMode: storedField('layoutMode', v.picklist(['NONE', 'HORIZONTAL', 'VERTICAL'])),
  itemSpacing: storedField('itemSpacing', finite),
} satisfies MembersOf<AutoLayoutMixin>;

export const FRAME_MEMBERS = {
  clipsContent: storedField('clipsContent', v.boolean()),
} satisfies MembersOf<BaseFrameMixin>;

export const COMPONENT_MEMBERS = {
  createInstance: {
    call: (run, id) => {
      run.requireEditable('createInstance');
      return run.refer(
        copySubtree(run.document, id, {
          parentId: run.document.currentPageId,
          rootType: 'INSTANCE',
          mainComponentId: id,
          makeChildId: (originalId, rootId) => `I${rootId};${originalId}`,
        }),
      );
    },
  },
} satisfies MembersOf<ComponentNode>;

export const INSTANCE_MEMBERS = {
  mainComponent: {
    get: () => {
      throw new Error(
        'in get_mainComponent: Cannot be used with documentAccess: dynamic-page. Use getMainComponentAsync',
      );
    },
  },
  getMainComponentAsync: {
    call: (run, id) =>
      run.later(() => {
        const { mainComponentId } = run.node(id);
        return mainComponentId && run.document.get(mainComponentId) ? run.refer(mainComponentId) : null;
      }),
  },
} satisfies MembersOf<InstanceNode>;

export const PAGE_MEMBERS = {
  selection: {
    get: (run, id) => {
      run.requireLoadedPage(id, 'get_selection');
      return run.document.selection(id).map((nodeId) => run.refer(nodeId));
    },
    set: (run, id, value) => {
      run.requireLoadedPage(id, 'set_selection');
      const ids = checked(v.array(v.unknown()), value, 'set_selection').map((node) =>
        nodeArgument(node, 'set_selection'),
      );
      for (const nodeId of ids) {
        run.node(nodeId);
        if (nodeId === id || !run.document.lineage(nodeId).some((node) => node.id === id)) {
          throw new Error('in set_selection: The selection of a page can only include nodes in that page');
        }
      }
      const isBelowAnother = (nodeId: string) =>
        run.document.lineage(nodeId).some((node) => node.id !== nodeId && ids.includes(node.id));
      run.document.setSelection(
        ids.filter((nodeId) => !isBelowAnother(nodeId)),
        id,
      );
    },
  },
  loadAsync: {
    call: (run, id) => run.later(() => void run.loadedPageIds.add(run.node(id).id)),
  },
} satisfies MembersOf<PageNode>;
