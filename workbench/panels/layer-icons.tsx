import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="layer-icon" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      {children}
    </svg>
  );
}

export const layerIcons = {
  image: (
    <Icon>
      <rect x="1.5" y="2.5" width="11" height="9" rx="1.5" />
      <path d="m2 10 3.5-3.5L8 9l2-2 2.5 2.5" />
      <circle cx="9.5" cy="5" r=".8" />
    </Icon>
  ),
  vector: (
    <Icon>
      <path d="M2.5 11.5c0-5 4-9 9-9" />
      <rect x="1.2" y="10" width="2.6" height="2.6" />
      <rect x="10.2" y="1.4" width="2.6" height="2.6" />
    </Icon>
  ),
  group: (
    <Icon>
      <rect x="1.5" y="1.5" width="11" height="11" stroke-dasharray="2.2 1.8" />
    </Icon>
  ),
  mask: (
    <Icon>
      <circle cx="7" cy="7" r="5.5" />
      <path class="filled" d="M7 1.5a5.5 5.5 0 0 0 0 11z" />
    </Icon>
  ),
  shape: (
    <Icon>
      <rect x="1.5" y="2.5" width="11" height="9" />
    </Icon>
  ),
  shown: (
    <Icon>
      <path d="M1 7c1.5-2.5 3.5-3.8 6-3.8S11.5 4.5 13 7c-1.5 2.5-3.5 3.8-6 3.8S2.5 9.500 1 7z" />
      <circle cx="7" cy="7" r="1.6" />
    </Icon>
  ),
  hidden: (
    <Icon>
      <path d="M1 6c1.5 2.2 3.5 3.3 6 3.3S11.5 8.200 13 6M3.5 8.5 2.5 10M10.5 8.5l1 1.5M7 9.300V11" />
    </Icon>
  ),
};
