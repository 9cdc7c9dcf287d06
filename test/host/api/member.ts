import * as v from 'valibot';
import type { NodePatch } from '../document/figma-document.ts';
import type { NodeRecord } from '../document/node-record.ts';
import type { PluginRun } from './plugin-run.ts';

/**
 * One property or method of an API object. `id` is the node's id, the image's hash, or empty for a namespace.
 * A `call` that gives a promise is an async method.
 */
export interface Member {
  get?: (run: PluginRun, id: string) => unknown;
  set?: (run: PluginRun, id: string, value: unknown) => void;
  call?: (run: PluginRun, id: string, args: unknown[]) => unknown;
}

/** Members by name; `satisfies MembersOf<BlendMixin>` lets the typings check that the names exist in Figma. */
export type MembersOf<Api> = Partial<Record<Exclude<keyof Api, 'toString'>, Member>>;

/** @throws Error in Figma's manner: `in set_opacity: ...` */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown, place: string): T {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]);
  throw new Error(
    `in ${place}: Property failed validation${path ? ` at ${path}` : ''}: ${parsed.issues[0].message}`,
  );
}

/** A plain stored field that a plugin may read and write. */
export function storedField<K extends keyof NodePatch & keyof NodeRecord>(
  key: K,
  schema: v.GenericSchema<unknown, NonNullable<NodePatch[K]>>,
  { isOverridable = true } = {},
): Member {
  return {
    get: (run, id) => run.node(id)[key],
    set: (run, id, value) => {
      run.requireWritable(id, `set_${key}`, isOverridable);
      run.document.update(id, { [key]: checked(schema, value, `set_${key}`) });
    },
  };
}

export const finite = v.pipe(v.number('expected a number'), v.finite('expected a finite number'));
export const unitInterval = v.pipe(finite, v.minValue(0), v.maxValue(1));
