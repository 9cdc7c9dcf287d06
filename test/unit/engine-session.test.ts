import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { JobQueue } from '../../src/inference/job-queue.ts';
import { LruCache } from '../../src/inference/lru-cache.ts';
import { runtimeFailure } from '../../src/inference/runtime-failure.ts';
import { configureRuntime, ModelSession } from '../../src/inference/session.ts';
import { hasSimd, isWholeWasm } from '../../src/inference/wasm-file.ts';
import { CancelSource } from '../../src/shared/cancellation.ts';
import { doublingModel } from './engine-stubs.ts';

const withCode = (code: string) => expect.objectContaining({ code }) as unknown;

describe('the job queue', () => {
  it('runs jobs one at a time, in order, past those that fail', async () => {
    const queue = new JobQueue();
    const log: string[] = [];
    const job =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.run(job('a')),
      queue.run(job('b', true)),
      queue.run(() => {
        throw new Error('thrown before there is a promise');
      }),
      queue.run(job('c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('never starts a job that was cancelled while it waited', async () => {
    const queue = new JobQueue();
    const source = new CancelSource();
    const job = vi.fn(() => Promise.resolve());
    const first = queue.run(async () => source.abort());
    const second = queue.run(job, source.signal);
    await first;
    await expect(second).rejects.toEqual(withCode('cancelled'));
    expect(job).not.toHaveBeenCalled();
  });

  it('hears a cancel that is posted while the thread is blocked', async () => {
    const queue = new JobQueue();
    const source = new CancelSource();
    const job = vi.fn(() => Promise.resolve());
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => source.abort();
    const blocking = queue.run(async () => {
      port1.postMessage('cancel');
    });
    const second = queue.run(job, source.signal);
    await blocking;
    await expect(second).rejects.toEqual(withCode('cancelled'));
    port1.close();
  });
});

describe('the LRU cache', () => {
  it('drops what was used longest ago', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
    cache.set('a', 4);
    cache.set('d', 5);
    expect(['a', 'c', 'd'].map((key) => cache.get(key))).toEqual([4, undefined, 5]);
  });

  it.each([0, -1, 1.5, NaN])('refuses a capacity of %s', (capacity) => {
    expect(() => new LruCache(capacity)).toThrow(RangeError);
  });
});

describe('a model session', () => {
  it('refuses a broken runtime before onnxruntime-web sees it, and starts with a good one after that', async () => {
    const wasm = readFileSync(
      createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
    );
    const broken = [wasm.subarray(0, 6), wasm.subarray(0, -1), wasm.subarray(0, 5_000_000), wasm.subarray(1)];
    for (const bytes of [...broken, Buffer.concat([wasm, Buffer.of(0)])])
      expect(() => configureRuntime(bytes)).toThrow(withCode('model-corrupt') as Error);
    expect(isWholeWasm(wasm)).toBe(true);
    expect(hasSimd()).toBe(true);
    configureRuntime(undefined);
    const session = await ModelSession.create('test', doublingModel());
    expect(session.inputNames).toEqual(['value']);
    expect(session.outputNames).toEqual(['doubled']);
    await session.release();
  });

  it('goes on after broken models and bad inputs', async () => {
    const outcomes = await Promise.allSettled([
      ModelSession.create('empty', new Uint8Array(0)),
      ModelSession.create('cut', doublingModel().subarray(0, 60)),
      ModelSession.create('text', new TextEncoder().encode('<!doctype html>'.repeat(99))),
      ModelSession.create('good', doublingModel()),
    ]);
    expect(outcomes.slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'rejected', reason: withCode('model-corrupt') })),
    );
    const session = (outcomes[3] as PromiseFulfilledResult<ModelSession>).value;
    const value = { data: Float32Array.of(1, 2, 3), dims: [3] };
    const runs = await Promise.allSettled([
      session.run({}),
      session.run({ value: { ...value, dims: [2, 2] } }),
      session.run({ value }),
    ]);
    expect(runs.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => ({ status: 'rejected', reason: withCode('internal') })),
    );
    expect(runs[2]).toMatchObject({ value: { outputs: { doubled: { data: Float32Array.of(2, 4, 6) } } } });
    await session.release();
  });

  it.each([
    // What onnxruntime-web 1.30 was seen to throw when 4 GB were full, and what its issues tell of.
    [new Error('failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc'), 'out-of-memory'],
    [new Error("Can't create a session. failed to allocate a buffer of size 1500000000."), 'out-of-memory'],
    [new RangeError('Array buffer allocation failed'), 'out-of-memory'],
    [1991937888, 'out-of-memory'],
    [
      new Error("Can't create a session. ERROR_CODE: 7, ERROR_MESSAGE: protobuf parsing failed."),
      'model-corrupt',
    ],
  ])('takes %s for %s', (thrown, code) => {
    expect(runtimeFailure(thrown, 'model-corrupt', 'The model is damaged.').code).toBe(code);
  });
});
