import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten';
import { loadQuickJs } from './load-quickjs.ts';
import { PRELUDE } from './prelude.ts';
import { decode, encode } from './wire.ts';

/** One use of the plugin API. `reference` is a namespace name, or what `wire.ts` makes of a node or image. */
export interface ApiRequest {
  kind: 'get' | 'set' | 'call';
  reference: unknown;
  member: string;
  args: unknown[];
}

export interface SandboxOptions {
  /** Object name -> member name -> how it may be used. */
  description: Record<string, Record<string, 'get' | 'getset' | 'call'>>;
  uiHtml: string;
  /** Answers the plugin; what it throws is thrown in the plugin, a promise becomes a promise there. */
  answer(request: ApiRequest): unknown;
  onConsole(level: string, line: string): void;
  /** An error that the plugin did not catch. `isFatal` when the plugin cannot go on. */
  onUncaught(message: string, isFatal: boolean): void;
  /** The plugin takes a notification away, or has answered its button. */
  onNotificationEnd?: (id: number, reason: 'dismiss' | 'action_button_click') => void;
  /** After each time that plugin code has run. */
  onTurnEnd(): void;
  quickJsWasm?: ArrayBuffer | undefined;
  /** How long plugin code may run without giving way, ms. */
  maxTurnMs?: number;
}

const MEMORY_LIMIT_BYTES = 512 * 1024 * 1024;
const STACK_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_MAX_TURN_MS = 20_000;

/** The plugin's main process: one QuickJS runtime with nothing in it but the language and the prelude's globals. */
export class Sandbox {
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly entryPoints: QuickJSHandle;
  private deadline = Infinity;
  private depth = 0;
  private lastCall = 0;
  private isDisposed = false;

  private constructor(
    private readonly runtime: QuickJSRuntime,
    private readonly vm: QuickJSContext,
    private readonly strayContexts: QuickJSContext[],
    private readonly options: SandboxOptions,
  ) {
    runtime.setMemoryLimit(MEMORY_LIMIT_BYTES);
    runtime.setMaxStackSize(STACK_LIMIT_BYTES);
    runtime.setInterruptHandler(() => Date.now() > this.deadline);
    this.entryPoints = this.runPrelude();
  }

  static async create(options: SandboxOptions): Promise<Sandbox> {
    const runtime = (await loadQuickJs(options.quickJsWasm)).newRuntime();
    const vm = runtime.newContext();
    const strayContexts = collectContexts(runtime);
    return new Sandbox(runtime, vm, strayContexts, options);
  }

  /** Runs a script to its end, jobs included. */
  run(code: string, fileName: string): void {
    this.enter(true, () => this.vm.evalCode(code, fileName));
  }

  /** Tells the plugin's listeners of an event. */
  dispatch(event: string, args: unknown[]): void {
    this.callEntryPoint('dispatch', () => [this.vm.newString(event), this.toReply(args)]);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.entryPoints.dispose();
    for (const context of [this.vm, ...this.strayContexts]) context.dispose();
    this.runtime.dispose();
  }

  private runPrelude(): QuickJSHandle {
    const { vm } = this;
    const prelude = vm.unwrapResult(vm.evalCode(PRELUDE, 'prelude.js'));
    const host = vm.newFunction('host', (request, ...buffers) => this.receive(request, buffers));
    const description = vm.unwrapResult(
      vm.evalCode(`(${JSON.stringify(this.options.description)})`, 'description.js'),
    );
    const html = vm.newString(this.options.uiHtml);
    const entryPoints = vm.unwrapResult(vm.callFunction(prelude, vm.undefined, host, description, html));
    for (const handle of [prelude, host, description, html]) handle.dispose();
    return entryPoints;
  }

  private receive(request: QuickJSHandle, bufferHandles: QuickJSHandle[]): QuickJSHandle {
    const buffers = bufferHandles.map((handle) =>
      this.vm.getArrayBuffer(handle).consume((lifetime) => lifetime.value.slice()),
    );
    const [kind, reference, member, jsonArgs] = JSON.parse(this.vm.getString(request)) as [
      ApiRequest['kind'],
      unknown,
      string,
      unknown[],
    ];
    const args = jsonArgs.map((json) => decode({ json, buffers }));
    try {
      const value =
        reference === 'sandbox'
          ? this.serveSelf(member, args)
          : this.options.answer({ kind, reference: decode({ json: reference, buffers: [] }), member, args });
      return value instanceof Promise ? this.toPromise(value) : this.toReply(value);
    } catch (thrown) {
      return this.vm.newString(JSON.stringify(['e', errorText(thrown)]));
    }
  }

  private serveSelf(member: string, args: unknown[]): void {
    const [first, second, third] = args as [never, never, never];
    if (member === 'console') this.options.onConsole(first, second);
    else if (member === 'uncaught') this.options.onUncaught(first, false);
    else if (member === 'cancelNotification') this.options.onNotificationEnd?.(first, 'dismiss');
    else if (member === 'dequeueNotification') this.options.onNotificationEnd?.(first, 'action_button_click');
    else if (member === 'startTimer') this.startTimer(first, second, third);
    else if (member === 'stopTimer') this.stopTimer(first);
  }

  private startTimer(id: number, delayMs: number, repeats: boolean): void {
    const fire = () => {
      if (repeats) this.startTimer(id, delayMs, true);
      else this.timers.delete(id);
      this.callEntryPoint('fireTimer', () => [this.vm.newNumber(id)]);
    };
    this.timers.set(id, setTimeout(fire, delayMs));
  }

  private stopTimer(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private toPromise(promise: Promise<unknown>): QuickJSHandle {
    const id = ++this.lastCall;
    const settle = (isOk: boolean, value: unknown) =>
      this.callEntryPoint('settle', () => [
        this.vm.newNumber(id),
        isOk ? this.vm.true : this.vm.false,
        this.toReply(value),
      ]);
    promise.then(
      (value) => settle(true, value),
      (thrown: unknown) => settle(false, errorText(thrown)),
    );
    return this.vm.newString(JSON.stringify(['p', id]));
  }

  /** A string, or an array of a string and ArrayBuffers when there are any. */
  private toReply(value: unknown): QuickJSHandle {
    const { json, buffers } = encode(value);
    const text = this.vm.newString(JSON.stringify(json));
    if (buffers.length === 0) return text;
    const reply = this.vm.newArray();
    const parts = [text, ...buffers.map((bytes) => this.vm.newArrayBuffer(bytes.slice().buffer))];
    parts.forEach((part, index) => part.consume((handle) => this.vm.setProp(reply, index, handle)));
    return reply;
  }

  private callEntryPoint(name: string, makeArgs: () => QuickJSHandle[]): void {
    if (this.isDisposed) return;
    this.enter(false, () => {
      const args = makeArgs();
      const result = this.vm.callMethod(this.entryPoints, name, args);
      for (const arg of args) arg.dispose();
      return result;
    });
  }

  private enter(isTopLevel: boolean, action: () => ReturnType<QuickJSContext['evalCode']>): void {
    if (this.depth++ === 0) this.deadline = Date.now() + (this.options.maxTurnMs ?? DEFAULT_MAX_TURN_MS);
    const result = action();
    this.reportFailure(result.error, isTopLevel);
    result.dispose();
    const jobs = this.runtime.executePendingJobs();
    this.reportFailure(jobs.error, false);
    jobs.dispose();
    if (--this.depth > 0) return;
    this.deadline = Infinity;
    this.options.onTurnEnd();
  }

  private reportFailure(error: QuickJSHandle | undefined, isTopLevel: boolean): void {
    if (!error) return;
    const dumped = this.vm.dump(error) as { name?: string; message?: string; stack?: string } | string;
    const text =
      typeof dumped === 'string' ? dumped : `${dumped.name}: ${dumped.message}\n${dumped.stack ?? ''}`;
    const wasInterrupted = Date.now() > this.deadline;
    this.options.onUncaught(
      wasInterrupted ? `The plugin ran too long without giving way, and was stopped. ${text}` : text,
      isTopLevel || wasInterrupted,
    );
  }
}

/**
 * The library looks a job's context up through a view of WASM memory that has no content any more when the job made
 * the memory grow; it then makes a new context, which nobody would dispose of (quickjs-emscripten 0.32.0,
 * `executePendingJobs`). QuickJS refuses to end with a context left.
 */
function collectContexts(runtime: QuickJSRuntime): QuickJSContext[] {
  const contexts: QuickJSContext[] = [];
  const newContext = runtime.newContext.bind(runtime);
  runtime.newContext = (options) => {
    const context = newContext(options);
    contexts.push(context);
    return context;
  };
  return contexts;
}

function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
