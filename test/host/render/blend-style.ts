/** A CSS declaration, or nothing for the usual way of blending. CSS has no linear burn; multiply is nearest. */
export function blendStyle(mode: BlendMode | undefined): string | undefined {
  if (mode === undefined || mode === 'NORMAL' || mode === 'PASS_THROUGH') return undefined;
  const renamed: Partial<Record<BlendMode, string>> = {
    LINEAR_DODGE: 'plus-lighter',
    LINEAR_BURN: 'multiply',
  };
  return `mix-blend-mode:${renamed[mode] ?? mode.toLowerCase().replace('_', '-')}`;
}
