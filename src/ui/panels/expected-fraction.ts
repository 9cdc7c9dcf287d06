import { useEffect, useState } from 'preact/hooks';
import type { EngineProgress } from '../../shared/engine-contract.ts';

/** On the machine that this was measured on; from the second image on, it is the user's own. */
let expectedEncodeMs = 4000;
/** The engine's own report of the end, which an expectation never reaches. */
const ENCODED_FRACTION = 0.95;
const REDRAW_EVERY_MS = 100;

/**
 * Encoding is one run of a network, which tells nothing before its end. Meanwhile progress is what the time that has gone by
 * lets expect: nearly even until the expected time is over, then ever slower, so that it neither stands still nor goes back.
 * @returns of the whole call, 0..1
 */
export function useExpectedFraction(progress: EngineProgress | null): number {
  const isEncoding = progress?.stage === 'encode' && progress.fraction < ENCODED_FRACTION;
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    if (!isEncoding) return;
    const startedAt = performance.now();
    const timer = setInterval(() => setElapsedMs(performance.now() - startedAt), REDRAW_EVERY_MS);
    return () => {
      clearInterval(timer);
      setElapsedMs(0);
    };
  }, [isEncoding]);
  useEffect(() => {
    if (progress?.stage === 'encode' && progress.fraction >= ENCODED_FRACTION && elapsedMs > 0)
      expectedEncodeMs = elapsedMs;
  }, [progress]);
  const fraction = progress?.fraction ?? 0;
  return isEncoding
    ? fraction + (ENCODED_FRACTION - fraction) * share(elapsedMs, expectedEncodeMs)
    : fraction;
}

/** @returns 0..1, without 1: 0.8 when the expected time is over */
export function share(elapsedMs: number, expectedMs: number): number {
  const time = elapsedMs / expectedMs;
  return time <= 1 ? 0.8 * time : 1 - 0.2 * Math.exp(1 - time) ** 2;
}
