import * as v from 'valibot';
import { CancelSource, type CancelSignal } from './cancellation.ts';
import type { Contract, EventValue, Params, Progress, Result, Schema } from './contract.ts';
import { TinyCutError, cancelled, isErrorCode, toTinyCutError } from './errors.ts';
import { PROTOCOL_VERSION, parseFrame, type Frame } from './frame.ts';
import { ServedCalls } from './served-calls.ts';

/** The one thing a channel needs of its carrier: a Worker, a Figma window, a MessagePort, a webview. */
export interface Port {
  /** @param transfer ArrayBuffers to move instead of copy, where the carrier can */
  post(frame: Frame, transfer?: readonly ArrayBufferLike[]): void;
  /** @returns a function that stops listening */
  listen(onMessage: (message: unknown) => void): () => void;
}

export interface HandlerContext<P> {
  signal: CancelSignal;
  progress(value: P): void;
}

/** A handler may name buffers of its result that should be moved, not copied. */
export class Transferred<T> {
  constructor(
    readonly value: T,
    readonly transfer: readonly ArrayBufferLike[],
  ) {}
}

export type Handlers<C extends Contract> = {
  [M in keyof C['methods']]: (
    params: Params<C, M>,
    context: HandlerContext<Progress<C, M>>,
  ) => Promise<Result<C, M> | Transferred<Result<C, M>>> | Result<C, M> | Transferred<Result<C, M>>;
};

export interface CallOptions<P> {
  signal?: CancelSignal | undefined;
  onProgress?: ((value: P) => void) | undefined;
  transfer?: readonly ArrayBufferLike[] | undefined;
}

interface PendingCall {
  method: string;
  resolve(value: unknown): void;
  reject(error: TinyCutError): void;
  onProgress: ((value: never) => void) | undefined;
  forget(): void;
}

/**
 * Two-way calls over a Port. Each side serves one contract and calls the other's. What it guarantees:
 * - every call settles: a result, an error with a code, a cancel, or `channel-closed`;
 * - replies are matched by id, and each payload is validated by its receiver;
 * - each call is served once, however often its message arrives;
 * - calls made before the peer is there wait for the version handshake;
 * - closing one side closes the other, if the carrier still carries;
 * - a message that is not ours, or that is malformed, never throws here.
 */
export class Channel<Local extends Contract, Remote extends Contract> {
  private readonly pending = new Map<number, PendingCall>();
  private readonly running = new Map<number, CancelSource>();
  private readonly served = new ServedCalls();
  private readonly eventListeners = new Map<string, Set<(value: never) => void>>();
  private readonly stopListening: () => void;
  private outbox: { frame: Frame; transfer: readonly ArrayBufferLike[] | undefined }[] | null = [];
  private closedBy: TinyCutError | null = null;
  private nextId = 1;

  constructor(
    private readonly port: Port,
    private readonly local: Local,
    private readonly handlers: Handlers<Local>,
    private readonly remote: Remote,
  ) {
    this.stopListening = port.listen((message) => this.receive(message));
    this.postNow({ tinycut: true, kind: 'hello', version: PROTOCOL_VERSION, answer: false });
  }

  /** @throws TinyCutError with the peer's code, or `cancelled`, `channel-closed`, `bad-message` */
  call<M extends keyof Remote['methods'] & string>(
    method: M,
    params: Params<Remote, M>,
    options: CallOptions<Progress<Remote, M>> = {},
  ): Promise<Result<Remote, M>> {
    const { signal, onProgress, transfer } = options;
    if (this.closedBy) return Promise.reject(this.closedBy);
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      const onAbort = () => {
        this.settle(id)?.reject(cancelled());
        this.send({ tinycut: true, kind: 'cancel', id });
      };
      signal?.addEventListener('abort', onAbort);
      this.pending.set(id, {
        method,
        resolve: resolve as (value: unknown) => void,
        reject,
        onProgress: onProgress as ((value: never) => void) | undefined,
        forget: () => signal?.removeEventListener('abort', onAbort),
      });
      this.send({ tinycut: true, kind: 'call', id, method, params }, transfer);
    });
  }

  emit<E extends keyof Local['events'] & string>(name: E, value: EventValue<Local, E>): void {
    if (!this.closedBy) this.send({ tinycut: true, kind: 'event', name, value });
  }

  /** @returns a function that stops listening */
  on<E extends keyof Remote['events'] & string>(
    name: E,
    listener: (value: EventValue<Remote, E>) => void,
  ): () => void {
    const listeners = this.eventListeners.get(name) ?? new Set();
    this.eventListeners.set(name, listeners);
    listeners.add(listener as (value: never) => void);
    return () => void listeners.delete(listener as (value: never) => void);
  }

  /** Rejects what is pending, cancels what is running, refuses calls from here on, and tells the other side. */
  close(reason = new TinyCutError('channel-closed', 'The other side was closed.')): void {
    if (this.closedBy) return;
    this.closedBy = reason;
    this.postNow({ tinycut: true, kind: 'bye' });
    this.stopListening();
    this.outbox = null;
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(reason);
    for (const source of this.running.values()) source.abort();
    this.running.clear();
  }

  private receive(message: unknown): void {
    const frame = parseFrame(message);
    if (!frame || this.closedBy) return;
    switch (frame.kind) {
      case 'hello':
        return this.greet(frame.version, frame.answer);
      case 'call':
        return void this.serve(frame.id, frame.method, frame.params);
      case 'result':
        return this.acceptResult(frame.id, frame.value);
      case 'error': {
        const code = isErrorCode(frame.code) ? frame.code : 'internal';
        return this.settle(frame.id)?.reject(new TinyCutError(code, frame.message));
      }
      case 'progress':
        return this.acceptProgress(frame.id, frame.value);
      case 'cancel':
        return this.running.get(frame.id)?.abort();
      case 'event':
        return this.acceptEvent(frame.name, frame.value);
      case 'bye':
        return this.close();
    }
  }

  private greet(version: number, isAnswer: boolean): void {
    if (!isAnswer) {
      this.postNow({ tinycut: true, kind: 'hello', version: PROTOCOL_VERSION, answer: true });
    }
    if (version !== PROTOCOL_VERSION) {
      this.close(
        new TinyCutError(
          'protocol-mismatch',
          `This half of TinyCut speaks protocol ${PROTOCOL_VERSION}, the other ${version}. Close the plugin and open it again.`,
        ),
      );
      return;
    }
    const waiting = this.outbox ?? [];
    this.outbox = null;
    for (const { frame, transfer } of waiting) this.postNow(frame, transfer);
  }

  private async serve(id: number, method: string, params: unknown): Promise<void> {
    // A copy of a running call: an answer to it would be taken for that of the call itself.
    if (this.running.has(id)) return;
    if (!this.served.claim(id)) {
      return this.sendError(id, new TinyCutError('bad-message', `Call ${id} was served before.`));
    }
    const contract = ownProperty(this.local.methods, method);
    const handler = ownProperty(this.handlers, method);
    if (!contract || !handler) {
      return this.sendError(id, new TinyCutError('unknown-method', `There is no method "${method}".`));
    }
    const source = new CancelSource();
    this.running.set(id, source);
    try {
      const checked = check(contract.params, params, `the parameters of "${method}"`);
      const returned: unknown = await handler(checked as never, {
        signal: source.signal,
        progress: (value) => {
          if (this.running.get(id) === source) this.send({ tinycut: true, kind: 'progress', id, value });
        },
      });
      const { value, transfer } =
        returned instanceof Transferred ? returned : { value: returned as unknown, transfer: undefined };
      if (this.running.get(id) === source) {
        this.send({ tinycut: true, kind: 'result', id, value }, transfer);
      }
    } catch (thrown) {
      if (this.running.get(id) === source) this.sendError(id, toTinyCutError(thrown));
    } finally {
      if (this.running.get(id) === source) this.running.delete(id);
    }
  }

  private acceptResult(id: number, value: unknown): void {
    const call = this.settle(id);
    if (!call) return;
    const contract = ownProperty(this.remote.methods, call.method);
    try {
      call.resolve(contract ? check(contract.result, value, `the result of "${call.method}"`) : value);
    } catch (thrown) {
      call.reject(toTinyCutError(thrown));
    }
  }

  private acceptProgress(id: number, value: unknown): void {
    const call = this.pending.get(id);
    const schema = call && ownProperty(this.remote.methods, call.method)?.progress;
    if (!call?.onProgress || !schema) return;
    const parsed = v.safeParse(schema, value);
    if (parsed.success) call.onProgress(parsed.output as never);
  }

  private acceptEvent(name: string, value: unknown): void {
    const schema = ownProperty(this.remote.events, name);
    const parsed = schema && v.safeParse(schema, value);
    if (!parsed?.success) return;
    for (const listener of [...(this.eventListeners.get(name) ?? [])]) listener(parsed.output as never);
  }

  private settle(id: number): PendingCall | undefined {
    const call = this.pending.get(id);
    this.pending.delete(id);
    call?.forget();
    return call;
  }

  private sendError(id: number, error: TinyCutError): void {
    this.send({ tinycut: true, kind: 'error', id, code: error.code, message: error.message });
  }

  private send(frame: Frame, transfer?: readonly ArrayBufferLike[]): void {
    if (this.closedBy) return;
    if (this.outbox) this.outbox.push({ frame, transfer });
    else this.postNow(frame, transfer);
  }

  /** Never throws: a payload that the carrier refuses settles its own call, now or after the handshake. */
  private postNow(frame: Frame, transfer?: readonly ArrayBufferLike[]): void {
    try {
      this.port.post(frame, transfer);
    } catch (thrown) {
      const error = new TinyCutError('bad-message', `Not sent: ${toTinyCutError(thrown).message}`);
      if (frame.kind === 'call') this.settle(frame.id)?.reject(error);
      else if (frame.kind === 'result') this.sendError(frame.id, error);
    }
  }
}

/** A method name comes from outside: "constructor" or "__proto__" must not find anything. */
function ownProperty<T extends object, K extends keyof T>(object: T, key: string): T[K] | undefined {
  return Object.prototype.hasOwnProperty.call(object, key) ? object[key as K] : undefined;
}

/** @throws TinyCutError `bad-message` that names the place of the first mistake */
function check(schema: Schema, value: unknown, what: string): unknown {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw new TinyCutError(
    'bad-message',
    `Malformed message: ${what}${path ? ` (at ${path})` : ''}: ${issue.message}`,
  );
}
