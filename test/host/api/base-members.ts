import * as v from 'valibot';
import { checked, storedField, type MembersOf } from './member.ts';

const PLUGIN_DATA_LIMIT_BYTES = 100 * 1024;
const RELAUNCH_TEXT_LIMIT = 1000;

/** What every node has. */
export const BASE_MEMBERS = {
  id: { get: (_run, id) => id },
  type: { get: (run, id) => run.node(id).type },
  name: storedField('name', v.string()),
  removed: { get: (run, id) => run.document.get(id) === undefined },
  parent: {
    get: (run, id) => {
      const { parentId, type } = run.node(id);
      if (type === 'PAGE') return run.refer('');
      return parentId === null ? null : run.refer(parentId);
    },
  },
  remove: {
    call: (run, id) => {
      run.requireEditable('remove');
      if (run.node(id).type === 'PAGE') throw new Error('in remove: Removing this page is not modelled');
      if (run.isInsideInstance(id)) throw new Error('in remove: Removing this node is not allowed');
      run.document.remove(id);
    },
  },
  getPluginData: {
    call: (run, id, [key]) => run.node(id).pluginData[checked(v.string(), key, 'getPluginData')] ?? '',
  },
  setPluginData: {
    call: (run, id, args) => {
      const [key, value] = checked(v.strictTuple([v.string(), v.string()]), args, 'setPluginData');
      const node = run.requireWritable(id, 'setPluginData');
      if (key.length + value.length > PLUGIN_DATA_LIMIT_BYTES) {
        throw new Error('in setPluginData: The entry is larger than 100 kB');
      }
      run.document.update(id, { pluginData: { ...node.pluginData, [key]: value } });
    },
  },
  setRelaunchData: {
    call: (run, id, args) => {
      const [data] = checked(v.strictTuple([v.record(v.string(), v.string())]), args, 'setRelaunchData');
      run.requireWritable(id, 'setRelaunchData');
      if (Object.values(data).some((text) => text.length > RELAUNCH_TEXT_LIMIT)) {
        throw new Error('in setRelaunchData: A description is longer than 1000 characters');
      }
      run.document.setRelaunchData(id, data);
    },
  },
  getRelaunchData: { call: (run, id) => ({ ...run.document.relaunchData(run.node(id).id) }) },
} satisfies MembersOf<BaseNodeMixin & Pick<BaseNode, 'type'>>;

/** What every layer has. */
export const SCENE_MEMBERS = {
  visible: storedField('visible', v.boolean()),
  locked: storedField('locked', v.boolean()),
} satisfies MembersOf<SceneNodeMixin>;
