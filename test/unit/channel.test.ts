import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { Channel, Transferred, type Handlers, type Port } from '../../src/shared/channel.ts';
import { defineContract, EMPTY_CONTRACT } from '../../src/shared/contract.ts';
import { TinyCutError } from '../../src/shared/errors.ts';

const CONTRACT = defineContract({
  methods: {
    double: { params: v.object({ n: v.number() }), result: v.number() },
    work: { params: v.any(), result: v.any(), progress: v.number() },
  },
  events: { changed: v.object({ n: v.number() }) },
});
type Served = typeof CONTRACT;

/** A message that arrives in a later task, as a structured clone, in order. */
function portPair(): {
  client: Port;
  server: Port;
  inject: { toClient(m: unknown): void; toServer(m: unknown): void };
} {
  const { port1, port2 } = new MessageChannel();
  const port = (end: MessagePort): Port => ({
    post: (frame, transfer) => end.postMessage(frame, (transfer ?? []) as ArrayBuffer[]),
    listen(onMessage) {
      const listener = (event: MessageEvent) => onMessage(event.data);
      end.addEventListener('message', listener);
      end.start();
      return () => end.removeEventListener('message', listener);
    },
  });
  return {
    client: port(port1),
    server: port(port2),
    inject: { toClient: (m) => port2.postMessage(m), toServer: (m) => port1.postMessage(m) },
  };
}

function connect(handlers: Partial<Handlers<Served>> = {}) {
  const { client, server, inject } = portPair();
  const served = new Channel<Served, typeof EMPTY_CONTRACT>(
    server,
    CONTRACT,
    { double: ({ n }) => 2 * n, work: (params) => params as unknown, ...handlers },
    EMPTY_CONTRACT,
  );
  const calling = new Channel<typeof EMPTY_CONTRACT, Served>(client, EMPTY_CONTRACT, {}, CONTRACT);
  return { served, calling, inject };
}

const withCode = (code: string) => expect.objectContaining({ code }) as unknown;
const never = () => new Promise<never>(() => undefined);

describe('a call', () => {
  it('returns the result, moves what is transferred, and matches replies by id', async () => {
    const { calling } = connect({
      work: async (delayMs: number) => {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        const bytes = new Uint8Array([delayMs]);
        return new Transferred(bytes, [bytes.buffer]);
      },
    });
    const results = await Promise.all([30, 1, 10].map((delayMs) => calling.call('work', delayMs)));
    expect(results.map((bytes) => (bytes as Uint8Array)[0])).toEqual([30, 1, 10]);
    expect(await calling.call('double', { n: 21 })).toBe(42);
  });

  it.each([
    ['unknown-method', 'missing', {}],
    ['unknown-method', '__proto__', {}],
    ['unknown-method', 'constructor', {}],
    ['unknown-method', 'toString', {}],
    ['bad-message', 'double', { n: 'two' }],
    ['bad-message', 'double', null],
    ['bad-message', 'double', undefined],
  ])('rejects with %s for %s(%j)', async (code, method, params) => {
    const { calling } = connect();
    await expect(calling.call(method as 'double', params as { n: number })).rejects.toEqual(withCode(code));
    expect(await calling.call('double', { n: 1 })).toBe(2);
  });

  it('carries the code and message of a handler that throws, at once or later', async () => {
    const { calling } = connect({
      double: () => {
        throw new TinyCutError('mask-empty', 'Nothing there.');
      },
      work: () => Promise.reject(new Error('boom')),
    });
    await expect(calling.call('double', { n: 1 })).rejects.toMatchObject({
      code: 'mask-empty',
      message: 'Nothing there.',
    });
    await expect(calling.call('work', 1)).rejects.toMatchObject({ code: 'internal', message: 'boom' });
  });

  it('rejects when the result breaks the contract', async () => {
    const { calling } = connect({ double: () => 'four' as unknown as number });
    await expect(calling.call('double', { n: 2 })).rejects.toEqual(withCode('bad-message'));
  });

  it('settles when the result, the parameters or a progress value cannot be posted', async () => {
    const { calling } = connect({
      work: (params, { progress }) => {
        progress((() => undefined) as unknown as number);
        return params === 'bad' ? () => undefined : 'fine';
      },
    });
    // Before the handshake the parameters wait in the outbox, after it they're posted at once.
    await expect(calling.call('work', () => undefined)).rejects.toEqual(withCode('bad-message'));
    await expect(calling.call('work', () => undefined)).rejects.toEqual(withCode('bad-message'));
    await expect(calling.call('work', 'bad')).rejects.toEqual(withCode('bad-message'));
    expect(await calling.call('work', 'good')).toBe('fine');
  });

  it('does not lose calls that wait behind one that cannot be posted', async () => {
    const { calling } = connect();
    const bad = calling.call('work', () => undefined);
    const good = calling.call('double', { n: 4 });
    await expect(bad).rejects.toEqual(withCode('bad-message'));
    expect(await good).toBe(8);
  });

  it('reports progress in order, and none that breaks the contract', async () => {
    const { calling } = connect({
      work: (_params, { progress }) => {
        for (const value of [1, 'two', 3]) progress(value as number);
        return null;
      },
    });
    const seen: number[] = [];
    await calling.call('work', null, { onProgress: (value) => seen.push(value) });
    expect(seen).toEqual([1, 3]);
  });
});

describe('a cancel', () => {
  it('rejects at once and reaches the handler', async () => {
    const source = new CancelSource();
    const heard = vi.fn();
    const { calling } = connect({
      work: (_params, { signal }) => {
        signal.addEventListener('abort', heard);
        source.abort();
        return never();
      },
    });
    await expect(calling.call('work', 1, { signal: source.signal })).rejects.toEqual(withCode('cancelled'));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
  });

  it('before the call keeps it from being sent', async () => {
    const work = vi.fn();
    const { calling } = connect({ work });
    const source = new CancelSource();
    source.abort();
    await expect(calling.call('work', 1, { signal: source.signal })).rejects.toEqual(withCode('cancelled'));
    await calling.call('double', { n: 1 });
    expect(work).not.toHaveBeenCalled();
  });
});

describe('closing', () => {
  it.each(['served', 'calling'] as const)(
    'the %s side settles what is under way and what comes later',
    async (side) => {
      const heard = vi.fn();
      const channels = connect({
        work: (_params, { signal }) => {
          signal.addEventListener('abort', heard);
          setTimeout(() => channels[side].close(), 0);
          return never();
        },
      });
      await expect(channels.calling.call('work', 1)).rejects.toEqual(withCode('channel-closed'));
      await expect(channels.calling.call('double', { n: 1 })).rejects.toEqual(withCode('channel-closed'));
      await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
    },
  );

  it('settles calls that never got their handshake', async () => {
    const calling = new Channel<typeof EMPTY_CONTRACT, Served>(
      { post: () => undefined, listen: () => () => undefined },
      EMPTY_CONTRACT,
      {},
      CONTRACT,
    );
    const call = calling.call('double', { n: 1 });
    calling.close();
    await expect(call).rejects.toEqual(withCode('channel-closed'));
  });

  it('gives up on a peer of another version, with advice', async () => {
    const { client, inject } = portPair();
    const calling = new Channel<typeof EMPTY_CONTRACT, Served>(client, EMPTY_CONTRACT, {}, CONTRACT);
    inject.toClient({ tinycut: true, kind: 'hello', version: 99, answer: true });
    await expect(calling.call('double', { n: 1 })).rejects.toMatchObject({
      code: 'protocol-mismatch',
      message: expect.stringContaining('open it again') as unknown,
    });
  });
});

describe('messages from outside', () => {
  it('that are no frames of ours change nothing', async () => {
    const { calling, inject } = connect();
    const frameLike = fc.record(
      {
        tinycut: fc.constantFrom(true, false, 1),
        kind: fc.constantFrom(
          'hello?',
          'call',
          'result',
          'error',
          'progress',
          'cancel',
          'event',
          '__proto__',
        ),
        id: fc.oneof(fc.integer({ min: 1e6 }), fc.double(), fc.string()),
        method: fc.constantFrom('double', '__proto__', 'hasOwnProperty', ''),
        name: fc.string(),
        params: fc.jsonValue(),
        value: fc.jsonValue(),
        code: fc.string(),
        message: fc.string(),
      },
      { requiredKeys: ['kind'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(frameLike, fc.jsonValue()), async (message) => {
        inject.toClient(message);
        inject.toServer(message);
        expect(await calling.call('double', { n: 3 })).toBe(6);
      }),
      { numRuns: 200 },
    );
  });

  /** The server's side alone, spoken to in frames. */
  function serve(work: (params: unknown) => unknown) {
    const { server, client, inject } = portPair();
    const replies: { kind: string; id?: number; code?: string; value?: unknown }[] = [];
    client.listen((message) => replies.push(message as never));
    const handlers: Handlers<Served> = { double: ({ n }) => 2 * n, work };
    new Channel<Served, typeof EMPTY_CONTRACT>(server, CONTRACT, handlers, EMPTY_CONTRACT);
    const post = (frame: object) => inject.toServer({ tinycut: true, ...frame });
    post({ kind: 'hello', version: 1, answer: false });
    const repliesTo = (id: number) => replies.filter((reply) => reply.id === id);
    return { post, repliesTo };
  }

  it('with the id of a running call are passed over, and the running call is answered once', async () => {
    let finish = (_value: string) => {};
    const work = vi.fn(() => new Promise<string>((resolve) => (finish = resolve)));
    const { post, repliesTo } = serve(work);
    post({ kind: 'call', id: 7, method: 'work', params: null });
    post({ kind: 'call', id: 7, method: 'work', params: null });
    post({ kind: 'call', id: 7, method: 'double', params: { n: 1 } });
    post({ kind: 'call', id: 8, method: 'double', params: { n: 1 } });
    await vi.waitFor(() => expect(repliesTo(8)).toHaveLength(1));
    expect(repliesTo(7)).toEqual([]);
    finish('done');
    await vi.waitFor(() => expect(repliesTo(7)).toEqual([expect.objectContaining({ value: 'done' })]));
    expect(work).toHaveBeenCalledOnce();
  });

  it('that repeat a call that is over are refused, whatever it came to', async () => {
    const work = vi.fn((params: unknown) => {
      if (params === 'fail') throw new TinyCutError('mask-empty', 'Nothing there.');
      return params;
    });
    const { post, repliesTo } = serve(work);
    // In no order, as they arrive: ids of calls that never came in between stay free.
    const calls = [2, 900, 1, 3].map((id) => ({ kind: 'call', id, method: 'work', params: 'do it' }));
    calls.push({ kind: 'call', id: 4, method: 'work', params: 'fail' });
    calls.push({ kind: 'call', id: 5, method: 'nothing', params: '' });
    for (const call of calls) post(call);
    for (const { id } of calls) await vi.waitFor(() => expect(repliesTo(id)).toHaveLength(1));
    for (const call of [...calls].reverse()) post(call);
    for (const { id } of calls) {
      await vi.waitFor(() => expect(repliesTo(id)[1]).toMatchObject({ kind: 'error', code: 'bad-message' }));
    }
    expect(work).toHaveBeenCalledTimes(5);
    post({ kind: 'call', id: 899, method: 'work', params: 'later' });
    await vi.waitFor(() => expect(repliesTo(899)).toMatchObject([{ kind: 'result', value: 'later' }]));
  });

  it('deliver events only to those who listen, and only valid ones', async () => {
    const { client, server } = portPair();
    const emitting = new Channel<Served, typeof EMPTY_CONTRACT>(
      server,
      CONTRACT,
      { double: () => 0, work: () => 0 },
      EMPTY_CONTRACT,
    );
    const hearing = new Channel<typeof EMPTY_CONTRACT, Served>(client, EMPTY_CONTRACT, {}, CONTRACT);
    const heard: number[] = [];
    const stop = hearing.on('changed', ({ n }) => heard.push(n));
    emitting.emit('changed', { n: 1 });
    emitting.emit('changed', { n: 'bad' } as unknown as { n: number });
    emitting.emit('changed', { n: 2 });
    await vi.waitFor(() => expect(heard).toEqual([1, 2]));
    stop();
    emitting.emit('changed', { n: 3 });
    await hearing.call('double', { n: 0 });
    expect(heard).toEqual([1, 2]);
  });
});
