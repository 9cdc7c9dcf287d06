import * as v from 'valibot';

/** Any valibot schema: both ends validate what they receive with it. */
export type Schema<T = unknown> = v.GenericSchema<T, T>;

/** One remote method: what goes in, what comes out, and what is reported meanwhile. */
export interface MethodContract {
  params: Schema;
  result: Schema;
  progress?: Schema;
}

/** What one side of a channel serves: methods that the other may call and events that it may hear. */
export interface Contract {
  methods: Record<string, MethodContract>;
  events: Record<string, Schema>;
}

export type Params<C extends Contract, M extends keyof C['methods']> = v.InferOutput<
  C['methods'][M]['params']
>;
export type Result<C extends Contract, M extends keyof C['methods']> = v.InferOutput<
  C['methods'][M]['result']
>;
export type Progress<
  C extends Contract,
  M extends keyof C['methods'],
> = C['methods'][M]['progress'] extends Schema ? v.InferOutput<C['methods'][M]['progress']> : never;
export type EventValue<C extends Contract, E extends keyof C['events']> = v.InferOutput<C['events'][E]>;

export function defineContract<C extends Contract>(contract: C): C {
  return contract;
}

/** For a side that serves nothing. */
export const EMPTY_CONTRACT = defineContract({ methods: {}, events: {} });

export const finiteNumber = v.pipe(v.number(), v.finite());
export const positiveInteger = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
export const bytesSchema = v.instance(Uint8Array) as Schema<Uint8Array>;
