import type { ImageSource } from '../../shared/host-contract.ts';

export function keyOf({ layerId, fillIndex, imageHash }: ImageSource): string {
  return JSON.stringify([layerId, fillIndex, imageHash]);
}

export function isSameSource(a: ImageSource, b: ImageSource): boolean {
  return keyOf(a) === keyOf(b);
}
