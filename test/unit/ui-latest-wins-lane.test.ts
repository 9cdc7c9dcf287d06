import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatestWinsLane } from '../../src/ui/latest-wins-lane.ts';

/** Jobs that end when told to. */
function recorder() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const job = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const endNext = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { begun, job, endNext };
}

describe('latest-wins lane', () => {
  it('runs one at a time, then only the newest that waits', async () => {
    const { begun, job, endNext } = recorder();
    const lane = new LatestWinsLane(['hover']);
    for (const name of ['a', 'b', 'c', 'd']) lane.submit('hover', job(name));
    expect(begun).toEqual(['a']);
    await endNext();
    expect(begun).toEqual(['a', 'd']);
    await endNext();
    expect(begun).toEqual(['a', 'd']);
  });

  it('lets a prompt go before a hover that waited longer', async () => {
    const { begun, job, endNext } = recorder();
    const lane = new LatestWinsLane(['prompt', 'hover']);
    lane.submit('hover', job('hover 1'));
    lane.submit('hover', job('hover 2'));
    lane.submit('prompt', job('prompt'));
    await endNext();
    await endNext();
    expect(begun).toEqual(['hover 1', 'prompt', 'hover 2']);
  });

  it('drops what waits, not what runs', async () => {
    const { begun, job, endNext } = recorder();
    const lane = new LatestWinsLane(['prompt', 'hover']);
    lane.submit('hover', job('runs'));
    lane.submit('hover', job('waits'));
    lane.drop('hover');
    await endNext();
    lane.submit('hover', job('later'));
    expect(begun).toEqual(['runs', 'later']);
  });

  it('goes on after jobs that reject, and always ends with the newest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (fails) => {
        const lane = new LatestWinsLane(['hover']);
        const ran: number[] = [];
        let running = 0;
        fails.forEach((isFailing, i) =>
          lane.submit('hover', async () => {
            expect(++running).toBe(1);
            ran.push(i);
            await Promise.resolve();
            running--;
            if (isFailing) throw new Error('failed');
          }),
        );
        await new Promise((resolve) => setTimeout(resolve));
        expect(ran.at(-1)).toBe(fails.length - 1);
      }),
      { numRuns: 30 },
    );
  });
});
