import { describe, expect, it } from 'vitest';
import { TinyCutError } from '../../src/shared/errors.ts';
import { FakeEngine, gate, settled } from './ui-fakes.ts';

const embed = (engine: FakeEngine) => engine.client.call('embed', { file: Uint8Array.of(7) });

describe('engine client', () => {
  it('starts one worker for calls that come at once', async () => {
    const engine = new FakeEngine();
    expect(engine.client.status.value).toEqual({ phase: 'stopped' });
    await Promise.all([engine.client.start(), embed(engine), embed(engine)]);
    expect(engine.workers).toHaveLength(1);
    expect(engine.client.status.value).toEqual({ phase: 'ready' });
  });

  it('rejects what runs in a crash, tells of it, and starts afresh with the same files', async () => {
    const engine = new FakeEngine();
    let losses = 0;
    engine.client.onLost(() => losses++);
    await engine.client.start();
    engine.embedGate = gate().promise;
    const call = embed(engine);
    const outcome = expect(call).rejects.toMatchObject({ code: 'worker-lost' });
    await settled();
    engine.workers[0]!.crash();
    await outcome;
    expect(losses).toBe(1);
    expect(engine.workers[0]!.isTerminated).toBe(true);

    engine.embedGate = Promise.resolve();
    await embed(engine);
    expect(engine.workers).toHaveLength(2);
    // Transferred to the first worker, and there again for the second.
    expect(engine.loaded).toEqual([1, 2, 1, 2]);
  });

  it('gives a worker up that is out of memory for good, and goes on with another', async () => {
    const engine = new FakeEngine();
    let losses = 0;
    engine.client.onLost(() => losses++);
    await embed(engine);
    engine.embedError = new TinyCutError('out-of-memory', 'There is not enough memory for this.');
    await expect(embed(engine)).rejects.toMatchObject({ code: 'out-of-memory' });
    expect([engine.workers[0]!.isTerminated, losses]).toEqual([true, 1]);
    engine.embedError = null;
    await embed(engine);
    expect([engine.workers.length, losses]).toEqual([2, 1]);
  });

  it('keeps no failed start', async () => {
    const engine = new FakeEngine();
    engine.loadError = new TinyCutError('model-corrupt', 'The model is damaged.');
    await expect(engine.client.start()).rejects.toMatchObject({ code: 'model-corrupt' });
    expect(engine.client.status.value).toMatchObject({ phase: 'failed', error: { code: 'model-corrupt' } });
    expect(engine.workers[0]!.isTerminated).toBe(true);
    engine.loadError = null;
    await engine.client.start();
    expect(engine.client.status.value).toEqual({ phase: 'ready' });
  });

  it('goes on with one thread where more do not start, also after a crash', async () => {
    const engine = new FakeEngine();
    const client = engine.clientWith(4);
    engine.refusesThreads = true;
    await client.start();
    expect(client.status.value).toEqual({ phase: 'ready' });
    expect(engine.threadCounts).toEqual([4, 1]);
    expect(engine.workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
    engine.workers[1]!.crash();
    await client.start();
    expect(engine.threadCounts).toEqual([4, 1, 1]);
  });

  it('fails a start that crashes, once', async () => {
    const engine = new FakeEngine();
    const starting = engine.client.start();
    const outcome = expect(starting).rejects.toMatchObject({ code: 'worker-lost' });
    await Promise.resolve();
    while (engine.workers.length === 0) await Promise.resolve();
    await Promise.resolve();
    engine.workers[0]!.crash();
    await outcome;
    expect(engine.client.status.value.phase).toBe('failed');
  });
});
